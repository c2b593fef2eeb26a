const MINUTE_MS = 60_000

export const SHORTEST_DELAY_MS = MINUTE_MS
export const LONGEST_DELAY_MS = 24 * 60 * MINUTE_MS

/** Whether changes may wait this many milliseconds after the end of a drain: not at all (0), or whole minutes up to a day. */
export function isSyncDelay(ms: number): boolean {
  return ms === 0 || (ms % MINUTE_MS === 0 && ms >= SHORTEST_DELAY_MS && ms <= LONGEST_DELAY_MS)
}
