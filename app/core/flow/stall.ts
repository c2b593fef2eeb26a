import type { Stall, StallCause } from '../report/sync-card.ts'
import { latest } from './instants.ts'
import type { KlaviyoOutage } from './klaviyo-outage.ts'
import type { SyncRunState } from './sync-run-state.ts'

/** A run that has made no progress for this long is shown as stalled, in milliseconds. */
export const STALLED_AFTER_MS = 10 * 60_000
/** An outage that has lasted this long is shown, with its cause, in milliseconds. */
const OUTAGE_SHOWN_AFTER_MS = 60_000
/** If there is a worker, it starts what is due within about a minute; after this long, in milliseconds, there is none. */
const NO_WORKER_AFTER_MS = 3 * 60_000

/** Why a run's next step was deferred. */
export type WaitsFor = Exclude<StallCause, 'klaviyo_throttled' | 'klaviyo_refused' | 'klaviyo_outdated' | 'no_worker'>

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

const outageCauses = { unanswered: 'klaviyo_away', outdated: 'klaviyo_outdated' } as const

/** Returns why no change reaches Klaviyo; null while calls are answered, and for the first minute in which they are not. */
export function outageStallOf(outage: KlaviyoOutage | null, now: Date): Stall | null {
  if (!outage || now.getTime() - outage.since.getTime() < OUTAGE_SHOWN_AFTER_MS) return null
  return { why: outageCauses[outage.why], since: outage.since.toISOString(), until: outage.until.toISOString() }
}

/**
 * Returns why an open run has made no progress for ten minutes, or for one minute if Klaviyo is the cause. Null while it makes progress, or
 * if it is paused or has ended.
 */
export function stallOf(run: RunProgress, now: Date): Stall | null {
  if (run.state !== 'queued' && run.state !== 'reading' && run.state !== 'delivering') return null
  const idleMs = now.getTime() - run.progressAt.getTime()
  const outage = run.klaviyoRefusedAt ? null : outageStallOf(run.klaviyoOutage, now)
  if (outage && idleMs >= OUTAGE_SHOWN_AFTER_MS) {
    return { ...outage, since: latest(run.progressAt, new Date(outage.since))!.toISOString() }
  }
  if (idleMs < STALLED_AFTER_MS) return null
  const since = run.progressAt.toISOString()
  if (run.klaviyoRefusedAt) return { why: 'klaviyo_refused', since }
  if (run.klaviyoBlockedUntil && run.klaviyoBlockedUntil > now) {
    return { why: 'klaviyo_throttled', since, until: run.klaviyoBlockedUntil.toISOString() }
  }
  const leased = run.leasedUntil !== null && run.leasedUntil > now
  if (!leased && now.getTime() - run.notBefore.getTime() > NO_WORKER_AFTER_MS) return { why: 'no_worker', since }
  return { why: run.waitsFor ?? (run.state === 'delivering' ? 'klaviyo_importing' : 'shopify_away'), since }
}
