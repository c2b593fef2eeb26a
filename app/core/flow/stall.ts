import type { Stall, StallCause } from '../report/sync-card.ts'
import { latest } from './instants.ts'
import type { KlaviyoOutage } from './klaviyo-outage.ts'
import type { SyncRunState } from './sync-run-state.ts'

/** What has not moved for this long is shown as stalled, with the cause, in milliseconds. */
export const STALLED_AFTER_MS = 60_000
/** An idle worker takes due work at once. Work that no worker took for this long, in milliseconds, is shown as not being worked on. */
const NO_WORKER_AFTER_MS = 60_000

/** Why a run's next step was deferred. */
export type WaitsFor = Exclude<
  StallCause,
  'klaviyo_throttled' | 'klaviyo_refused' | 'klaviyo_outdated' | 'klaviyo_misconfigured' | 'no_worker'
>

/** The facts by which a stalled run is recognised. */
export interface RunProgress {
  readonly state: SyncRunState
  readonly progressAt: Date
  /** When its next step is due. */
  readonly notBefore: Date
  /** Null if it was not deferred since its last progress. */
  readonly waitsFor: WaitsFor | null
  /** Until when a process holds the lease on the shop; null if none does. */
  readonly leasedUntil: Date | null
  readonly klaviyoRefusedAt: Date | null
  readonly klaviyoBlockedUntil: Date | null
  readonly klaviyoOutage: KlaviyoOutage | null
}

const outageCauses = {
  unanswered: 'klaviyo_away',
  outdated: 'klaviyo_outdated',
  misconfigured: 'klaviyo_misconfigured',
} as const

/** The facts by which it is recognised that changes do not reach Klaviyo. */
export interface LiveFacts extends OldestChanges {
  readonly klaviyoOutage: KlaviyoOutage | null
  readonly klaviyoBlockedUntil: Date | null
  /** Since when Shopify gives no usable answer; null while it does. */
  readonly shopifyAwaySince: Date | null
  /** When the oldest import of changes was submitted that Klaviyo has not carried out; null if there is none. */
  readonly importingSince: Date | null
  /** Until when a process holds the lease on the shop; null if none does. */
  readonly leasedUntil: Date | null
}

/** Since when the oldest changes have waited; each is null if none does. */
interface OldestChanges {
  readonly waitingSince: Date | null
  readonly untakenSince: Date | null
}

/**
 * Returns why changes do not reach Klaviyo, from the second minute on: since when, and when it is tried again if that is known. Null while
 * they do. An outage of Klaviyo's is shown even if no change waits.
 */
export function liveStallOf(facts: LiveFacts, now: Date): Stall | null {
  const outage = outageStallOf(facts.klaviyoOutage, now)
  if (outage) return outage
  const lasts = (since: Date | null): since is Date =>
    since !== null && now.getTime() - since.getTime() >= STALLED_AFTER_MS
  const { shopifyAwaySince, klaviyoBlockedUntil, waitingSince, importingSince, untakenSince } = facts
  if (waitingSince && lasts(shopifyAwaySince)) return { why: 'shopify_away', since: shopifyAwaySince.toISOString() }
  if (klaviyoBlockedUntil && klaviyoBlockedUntil > now && lasts(waitingSince)) {
    return { why: 'klaviyo_throttled', since: waitingSince.toISOString(), until: klaviyoBlockedUntil.toISOString() }
  }
  if (lasts(importingSince)) return { why: 'klaviyo_importing', since: importingSince.toISOString() }
  const leased = facts.leasedUntil !== null && facts.leasedUntil > now
  return !leased && lasts(untakenSince) ? { why: 'no_worker', since: untakenSince.toISOString() } : null
}

/** Returns the outage as a stall; null while calls are answered, and for the first minute in which they are not. */
function outageStallOf(outage: KlaviyoOutage | null, now: Date): Stall | null {
  if (!outage || now.getTime() - outage.since.getTime() < STALLED_AFTER_MS) return null
  return { why: outageCauses[outage.why], since: outage.since.toISOString(), until: outage.until.toISOString() }
}

/**
 * Returns why an open run has made no progress for a minute. Null while it makes progress, or if it is paused or has ended.
 */
export function stallOf(run: RunProgress, now: Date): Stall | null {
  if (run.state !== 'queued' && run.state !== 'reading' && run.state !== 'delivering') return null
  if (now.getTime() - run.progressAt.getTime() < STALLED_AFTER_MS) return null
  if (run.klaviyoOutage && !run.klaviyoRefusedAt) {
    const { why, since, until } = run.klaviyoOutage
    return { why: outageCauses[why], since: latest(run.progressAt, since)!.toISOString(), until: until.toISOString() }
  }
  const since = run.progressAt.toISOString()
  if (run.klaviyoRefusedAt) return { why: 'klaviyo_refused', since }
  if (run.klaviyoBlockedUntil && run.klaviyoBlockedUntil > now) {
    return { why: 'klaviyo_throttled', since, until: run.klaviyoBlockedUntil.toISOString() }
  }
  const leased = run.leasedUntil !== null && run.leasedUntil > now
  if (!leased && now.getTime() - run.notBefore.getTime() > NO_WORKER_AFTER_MS) return { why: 'no_worker', since }
  return { why: run.waitsFor ?? (run.state === 'delivering' ? 'klaviyo_importing' : 'shopify_away'), since }
}
