const FIRST_CHECK_MS = 500
const LONGEST_BETWEEN_CHECKS_MS = 60_000

/** How long to wait before the next look at an import, after so many looks. Small ones take seconds, big ones hours. */
export function importCheckMs(checks: number): number {
  return Math.min(LONGEST_BETWEEN_CHECKS_MS, Math.round(FIRST_CHECK_MS * 1.5 ** checks))
}

/**
 * An import whose submission was never answered is waited for at most so long. The largest are said to take hours.
 * https://help.klaviyo.com/hc/en-us/articles/115005078807
 */
export const UNANSWERED_MOST_MS = 24 * 60 * 60_000
