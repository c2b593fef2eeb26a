const FIRST_CHECK_MS = 500
const LONGEST_BETWEEN_CHECKS_MS = 60_000

/**
 * Returns the milliseconds to wait before the next check of an import that was submitted so many milliseconds ago: half of that time. Small
 * imports take seconds, large ones hours.
 */
export function importCheckMs(ageMs: number): number {
  return Math.min(LONGEST_BETWEEN_CHECKS_MS, Math.max(FIRST_CHECK_MS, Math.round(ageMs / 2)))
}

/**
 * The longest that an import is waited for whose submission was never answered, in milliseconds. The largest are said to take hours.
 * https://help.klaviyo.com/hc/en-us/articles/115005078807
 */
export const MAX_UNANSWERED_MS = 24 * 60 * 60_000
