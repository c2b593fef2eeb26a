const FIRST_CHECK_MS = 500
const LONGEST_BETWEEN_CHECKS_MS = 60_000

/** How long to wait before the next look at an import, after so many looks. Small ones take seconds, big ones hours. */
export function importCheckMs(checks: number): number {
  return Math.min(LONGEST_BETWEEN_CHECKS_MS, Math.round(FIRST_CHECK_MS * 1.5 ** checks))
}
