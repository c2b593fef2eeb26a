import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { eventProperties, isWorthWaiting, metricNames } from '#app/core/profile/loyalty-event.ts'
import { createEvent, type EventOutcome } from '#app/klaviyo/create-event.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import {
  type DueLoyaltyEvent,
  deferEvent,
  deleteEvents,
  dropEvent,
  listDueEvents,
  putOffEvents,
} from '#app/store/loyalty-events.ts'
import { allowEvents, refuseEvents } from '#app/store/loyalty-settings.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { heedAnswers } from '../deliver/heed-answers.ts'
import { type GrantedCalls, takeCalls } from '../deliver/take-calls.ts'
import { eventsRefused, eventsSent, loyaltyEventDropped } from '../events.ts'

const AT_A_TIME = 200
const AT_ONCE = 24

/** For a key without the scope, and for a profile that was deleted: the next delivery may find it under another id. */
const TRIED_AGAIN_MS = 60 * 60_000

/**
 * Has Klaviyo record the loyalty changes that wait, of each customer the oldest. An event goes only when Klaviyo has taken it, and a
 * repeat bears the same id: whatever dies in between, it is recorded once. Yields how many were recorded or given up.
 */
export async function sendEvents(conducting: Conducting): Promise<number> {
  const { shop, clock } = conducting
  const due = await listDueEvents(shop, AT_A_TIME, clock())
  if (due.length === 0) return 0
  const known = due.filter((event) => event.klaviyoId !== null)
  let ended = 0
  // Their ids are learnt after an import, or come with the next delivery.
  for (const event of due) if (event.klaviyoId === null) ended += await waitForProfile(conducting, event, 'unlearnt')
  for (let sent = 0; sent < known.length; ) {
    const allowed = await takeCalls(conducting, endpoints.createEvent, Math.min(AT_ONCE, known.length - sent))
    if (allowed.kind !== 'granted') {
      if (allowed.kind === 'throttled') await putOff(conducting, known.slice(sent), allowed.retryAfterMs)
      break
    }
    const batch = known.slice(sent, sent + allowed.calls)
    sent += batch.length
    const outcomes = await Promise.all(batch.map((event) => createEvent(conducting.connection.key, sentForm(event))))
    ended += await settle(conducting, batch, outcomes)
    const stop = await heed(conducting, allowed, outcomes)
    if (stop?.kind === 'throttled') await putOff(conducting, known.slice(sent), stop.retryAfterMs)
    if (stop) break
  }
  return ended
}

function sentForm(event: DueLoyaltyEvent) {
  const { id, klaviyoId, kind, at, backfill } = event
  const properties = eventProperties(event)
  return { uniqueId: id, klaviyoId: klaviyoId!, metric: metricNames[kind], at, backfill, properties }
}

/** What becomes of each event. Those about which Klaviyo said nothing stay as they are, or wait. Yields how many are done with. */
async function settle(
  conducting: Conducting,
  batch: readonly DueLoyaltyEvent[],
  outcomes: readonly EventOutcome[],
): Promise<number> {
  const { shop, clock } = conducting
  const taken = batch.filter((_, i) => outcomes[i]!.kind === 'taken')
  await deleteEvents(
    shop,
    taken.map(({ id }) => id),
  )
  if (taken.length > 0) {
    await allowEvents(shop)
    eventsSent({ shop, events: taken.length })
  }
  let ended = taken.length
  for (const [i, event] of batch.entries()) {
    const outcome = outcomes[i]!
    if (outcome.kind === 'refused') ended += await drop(conducting, event, 'refused')
    if (outcome.kind === 'unknown_profile') ended += await waitForProfile(conducting, event, 'unknown_profile')
    if (outcome.kind === 'unavailable') {
      const attempt = event.attempt + 1
      await deferEvent(shop, event.id, { attempt, notBefore: after(clock(), backoffMs(attempt, event.id)) })
    }
    if (outcome.kind === 'throttled') await putOff(conducting, [event], outcome.retryAfterMs)
  }
  return ended
}

/** Yields what keeps all events from being sent now; null when nothing does. */
async function heed(
  conducting: Conducting,
  taken: GrantedCalls,
  outcomes: readonly EventOutcome[],
): Promise<Interruption | null> {
  const { shop, clock } = conducting
  if (outcomes.some(({ kind }) => kind === 'scope_missing')) {
    const now = clock()
    if (await refuseEvents(shop, { now, retryAt: after(now, TRIED_AGAIN_MS) })) eventsRefused(shop)
    return { kind: 'unauthorized', forbidden: true }
  }
  return heedAnswers(conducting, taken, outcomes)
}

/** An event names its profile by Klaviyo's id only. While there is none it waits, for some days. Yields 1 when it was given up. */
async function waitForProfile(
  conducting: Conducting,
  event: DueLoyaltyEvent,
  why: 'unlearnt' | 'unknown_profile',
): Promise<number> {
  const { shop, clock } = conducting
  const now = clock()
  if (!isWorthWaiting(event.at, now)) return drop(conducting, event, why)
  const attempt = event.attempt + 1
  const waitMs = why === 'unlearnt' ? backoffMs(attempt, event.id) : TRIED_AGAIN_MS
  await deferEvent(shop, event.id, { attempt, notBefore: after(now, waitMs) })
  return 0
}

async function drop({ shop }: Conducting, { id, customerId, kind }: DueLoyaltyEvent, why: string): Promise<number> {
  await dropEvent(shop, id)
  loyaltyEventDropped({ shop, customerId, kind, why })
  return 1
}

/** The account waits, which is no failure: no try is used up. */
async function putOff({ shop, clock }: Conducting, events: readonly DueLoyaltyEvent[], waitMs: number): Promise<void> {
  await putOffEvents(
    shop,
    events.map(({ id }) => id),
    after(clock(), waitMs),
  )
}
