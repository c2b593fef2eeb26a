import type { Setting } from './setting.ts'

const MINUTE_MS = 60_000

export const SHORTEST_DELAY_MS = MINUTE_MS
/** What a merchant who never chose has. */
export const HELD_ABOVE_PERCENT = 30
export const LONGEST_DELAY_MS = 24 * 60 * MINUTE_MS

/** Whether changes may wait this many milliseconds after the end of a drain: not at all (0), or whole minutes up to a day. */
export function isSyncDelay(ms: number): boolean {
  return ms === 0 || (ms % MINUTE_MS === 0 && ms >= SHORTEST_DELAY_MS && ms <= LONGEST_DELAY_MS)
}

/** Whether runs may be held above this percentage of the profiles: whole numbers from 1 to 99, or never (null). */
export function isHoldPercent(percent: number | null): boolean {
  return percent === null || (Number.isInteger(percent) && percent >= 1 && percent <= 99)
}

/** When changes are sent. */
export interface Syncing {
  /** How long changes wait after the end of a drain. */
  readonly syncDelayMs: number
  /** Whether all customers are compared every night. */
  readonly nightlyReconcile: boolean
  /** Whether customers that Shopify names as changed are looked for once an hour. */
  readonly hourlyCheck: boolean
  /** A run that would change more than this percentage of the profiles in sync waits for a yes; null: it goes on whatever it changes. */
  readonly holdAbovePercent: number | null
}

export const syncingSetting: Setting<Syncing> = {
  initial: { syncDelayMs: 0, nightlyReconcile: true, hourlyCheck: false, holdAbovePercent: HELD_ABOVE_PERCENT },
  isValid: ({ syncDelayMs, holdAbovePercent }) => isSyncDelay(syncDelayMs) && isHoldPercent(holdAbovePercent),
  needsComparison: () => false,
}
