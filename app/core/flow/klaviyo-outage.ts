import { backoffMs } from './backoff.ts'

/**
 * Why all of an account's calls to an endpoint fail. `outdated`: Klaviyo refuses every request, because it no longer supports the API
 * revision that this version of Lockstep uses. `misconfigured`: it refuses the operator's app, so that no token can be renewed.
 */
export type OutageCause = 'unanswered' | 'outdated' | 'misconfigured'

/** A period in which calls to Klaviyo fail, whatever they contain. */
export interface KlaviyoOutage {
  readonly why: OutageCause
  readonly since: Date
  /** When the next call is tried. */
  readonly until: Date
}

/** Only the operator can help. How often to check whether that has happened, in milliseconds. */
const OPERATOR_AGAIN_MS = 15 * 60_000

/**
 * While an endpoint fails, one call is tried and the others wait this long for its answer, in milliseconds. Longer than a call may take.
 */
export const TRIAL_MS = 35_000

/** How long to wait before calling an endpoint again after this many failures in a row (from 1), in milliseconds; 15 minutes at most. */
export function outageWaitMs(why: OutageCause, failures: number, key: string): number {
  return why === 'unanswered' ? backoffMs(failures, key) : OPERATOR_AGAIN_MS
}
