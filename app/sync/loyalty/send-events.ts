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
  postponeEvents,
} from '#app/store/loyalty-events.ts'
import { allowEvents, refuseEvents } from '#app/store/loyalty-settings.ts'
import { acquireCalls, type GrantedCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import { eventsRefused, eventsSent, loyaltyEventDropped } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

const AT_A_TIME = 200
const AT_ONCE = 24

/** For a key without the scope, and for a profile that was deleted: the next delivery may create another profile. */
const TRIED_AGAIN_MS = 60 * 60_000

/**
 * Sends the loyalty events that are due, for each customer the oldest. An event is deleted only when Klaviyo has accepted it, and a repeat
 * has the same id, so after a crash it is still recorded once. Returns how many events were recorded or given up.
 */
export async function sendEvents(turn: ShopTurn): Promise<number> {
  const { shop, clock } = turn
  const due = await listDueEvents(shop, AT_A_TIME, clock())
  if (due.length === 0) return 0
  const known = due.filter((event) => event.klaviyoId !== null)
  let ended = 0
  // The Klaviyo id is fetched after an import, or by the next delivery.
  for (const event of due) if (event.klaviyoId === null) ended += await waitForProfile(turn, event, 'unlearnt')
  for (let sent = 0; sent < known.length; ) {
    const allowed = await acquireCalls(turn, endpoints.createEvent, Math.min(AT_ONCE, known.length - sent))
    if (allowed.kind !== 'granted') {
      if (allowed.kind === 'throttled') await putOff(turn, known.slice(sent), allowed.retryAfterMs)
      break
    }
    const batch = known.slice(sent, sent + allowed.calls)
    sent += batch.length
    const outcomes = await Promise.all(batch.map((event) => createEvent(turn.credential.key, sentForm(event))))
    ended += await settle(turn, batch, outcomes)
    const stop = await applyAnswers(turn, allowed, outcomes)
    if (stop?.kind === 'throttled') await putOff(turn, known.slice(sent), stop.retryAfterMs)
    if (stop) break
  }
  return ended
}

function sentForm(event: DueLoyaltyEvent) {
  const { id, klaviyoId, kind, at, backfill } = event
  const properties = eventProperties(event)
  return { uniqueId: id, klaviyoId: klaviyoId!, metric: metricNames[kind], at, backfill, properties }
}

/** Deletes, drops or defers each event by its outcome. Returns how many were recorded or given up. */
async function settle(
  turn: ShopTurn,
  batch: readonly DueLoyaltyEvent[],
  outcomes: readonly EventOutcome[],
): Promise<number> {
  const { shop, clock } = turn
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
    if (outcome.kind === 'refused') ended += await drop(turn, event, 'refused')
    if (outcome.kind === 'unknown_profile') ended += await waitForProfile(turn, event, 'unknown_profile')
    if (outcome.kind === 'unavailable') {
      const attempt = event.attempt + 1
      await deferEvent(shop, event.id, { attempt, notBefore: after(clock(), backoffMs(attempt, event.id)) })
    }
    if (outcome.kind === 'throttled') await putOff(turn, [event], outcome.retryAfterMs)
  }
  return ended
}

/** Returns why no more events can be sent now; null if they can. */
async function applyAnswers(
  turn: ShopTurn,
  taken: GrantedCalls,
  outcomes: readonly EventOutcome[],
): Promise<Interruption | null> {
  const { shop, clock } = turn
  if (outcomes.some(({ kind }) => kind === 'scope_missing')) {
    const now = clock()
    if (await refuseEvents(shop, { now, retryAt: after(now, TRIED_AGAIN_MS) })) eventsRefused(shop)
    return { kind: 'unauthorized', forbidden: true }
  }
  return applyBackpressure(turn, taken, outcomes)
}

/** An event can name its profile only by Klaviyo id. Without one it waits, for some days. Returns 1 if the event was given up, otherwise 0. */
async function waitForProfile(
  turn: ShopTurn,
  event: DueLoyaltyEvent,
  why: 'unlearnt' | 'unknown_profile',
): Promise<number> {
  const { shop, clock } = turn
  const now = clock()
  if (!isWorthWaiting(event.at, now)) return drop(turn, event, why)
  const attempt = event.attempt + 1
  const waitMs = why === 'unlearnt' ? backoffMs(attempt, event.id) : TRIED_AGAIN_MS
  await deferEvent(shop, event.id, { attempt, notBefore: after(now, waitMs) })
  return 0
}

async function drop({ shop }: ShopTurn, { id, customerId, kind }: DueLoyaltyEvent, why: string): Promise<number> {
  await dropEvent(shop, id)
  loyaltyEventDropped({ shop, customerId, kind, why })
  return 1
}

/** The account must wait, which is no failure of the events: no attempt is used up. */
async function putOff({ shop, clock }: ShopTurn, events: readonly DueLoyaltyEvent[], waitMs: number): Promise<void> {
  await postponeEvents(
    shop,
    events.map(({ id }) => id),
    after(clock(), waitMs),
  )
}
