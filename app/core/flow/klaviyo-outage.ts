import { backoffMs } from './backoff.ts'

/**
 * Why an account's calls to an endpoint come to nothing. `outdated`: Klaviyo refuses them all alike, as it no longer knows what this
 * version of Lockstep speaks.
 */
export type OutageCause = 'unanswered' | 'outdated'

/** Calls to Klaviyo that come to nothing, whatever they carry. */
export interface KlaviyoOutage {
  readonly why: OutageCause
  readonly since: Date
  /** When the next call is tried. */
  readonly until: Date
}

/** Only another version of Lockstep helps: it is looked for once in so long. */
const OUTDATED_AGAIN_MS = 15 * 60_000

/** One call is tried while an endpoint fails; the others wait for its answer this long. Longer than a call may take. */
export const TRIAL_MS = 35_000

/** How long nobody calls an endpoint after so many failures in a row (from 1): up to a quarter of an hour. */
export function outageWaitMs(why: OutageCause, failures: number, key: string): number {
  return why === 'outdated' ? OUTDATED_AGAIN_MS : backoffMs(failures, key)
}
