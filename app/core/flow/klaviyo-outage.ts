import { backoffMs } from './backoff.ts'

/**
 * Why all of an account's calls to an endpoint fail. `outdated`: Klaviyo refuses every request, because it no longer supports the API
 * revision that this version of Lockstep uses.
 */
export type OutageCause = 'unanswered' | 'outdated'

/** A period in which calls to Klaviyo fail, whatever they contain. */
export interface KlaviyoOutage {
  readonly why: OutageCause
  readonly since: Date
  /** When the next call is tried. */
  readonly until: Date
}

/** Only a newer version of Lockstep helps. How often to check whether one is running, in milliseconds. */
const OUTDATED_AGAIN_MS = 15 * 60_000

/**
 * While an endpoint fails, one call is tried and the others wait this long for its answer, in milliseconds. Longer than a call may take.
 */
export const TRIAL_MS = 35_000

/** How long to wait before calling an endpoint again after this many failures in a row (from 1), in milliseconds; 15 minutes at most. */
export function outageWaitMs(why: OutageCause, failures: number, key: string): number {
  return why === 'outdated' ? OUTDATED_AGAIN_MS : backoffMs(failures, key)
}
