import type { Stall, StallCause } from '../report/sync-card.ts'
import { latest } from './instants.ts'
import type { KlaviyoOutage } from './klaviyo-outage.ts'
import type { SyncRunState } from './sync-run-state.ts'

/** A run that has not moved for so long is shown as stalled. */
export const STALLED_AFTER_MS = 10 * 60_000
/** An outage that has lasted this long is shown, with its cause. */
export const OUTAGE_SHOWN_AFTER_MS = 60_000
/** A worker takes up what is due within a minute or so, if there is one. */
const NOBODY_CAME_MS = 3 * 60_000

/** What a run's next step was put off for. */
export type WaitsFor = Exclude<StallCause, 'klaviyo_throttled' | 'klaviyo_refused' | 'klaviyo_outdated' | 'no_worker'>

/** What is known of a run that may stand still. */
export interface RunStanding {
  readonly state: SyncRunState
  readonly progressAt: Date
  /** When its next step is due. */
  readonly notBefore: Date
  /** Null when it was not put off since it last moved. */
  readonly waitsFor: WaitsFor | null
  /** Until when somebody holds the shop; null when nobody does. */
  readonly conductedUntil: Date | null
  readonly klaviyoRefusedAt: Date | null
  readonly klaviyoBlockedUntil: Date | null
  readonly klaviyoOutage: KlaviyoOutage | null
}

const outageCauses = { unanswered: 'klaviyo_away', outdated: 'klaviyo_outdated' } as const

/** Why no change reaches Klaviyo; null while calls are answered, and for the first minute in which they are not. */
export function outageStallOf(outage: KlaviyoOutage | null, now: Date): Stall | null {
  if (!outage || now.getTime() - outage.since.getTime() < OUTAGE_SHOWN_AFTER_MS) return null
  return { why: outageCauses[outage.why], since: outage.since.toISOString(), until: outage.until.toISOString() }
}

/** Why an open run has not moved for ten minutes, or a minute when Klaviyo is why; null while it moves, and for one that is paused or over. */
export function stallOf(run: RunStanding, now: Date): Stall | null {
  if (run.state !== 'queued' && run.state !== 'reading' && run.state !== 'delivering') return null
  const stoodMs = now.getTime() - run.progressAt.getTime()
  const outage = run.klaviyoRefusedAt ? null : outageStallOf(run.klaviyoOutage, now)
  if (outage && stoodMs >= OUTAGE_SHOWN_AFTER_MS) {
    return { ...outage, since: latest(run.progressAt, new Date(outage.since))!.toISOString() }
  }
  if (stoodMs < STALLED_AFTER_MS) return null
  const since = run.progressAt.toISOString()
  if (run.klaviyoRefusedAt) return { why: 'klaviyo_refused', since }
  if (run.klaviyoBlockedUntil && run.klaviyoBlockedUntil > now) {
    return { why: 'klaviyo_throttled', since, until: run.klaviyoBlockedUntil.toISOString() }
  }
  const conducted = run.conductedUntil !== null && run.conductedUntil > now
  if (!conducted && now.getTime() - run.notBefore.getTime() > NOBODY_CAME_MS) return { why: 'no_worker', since }
  return { why: run.waitsFor ?? (run.state === 'delivering' ? 'klaviyo_importing' : 'shopify_away'), since }
}
