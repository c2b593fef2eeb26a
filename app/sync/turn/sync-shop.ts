import { randomUUID } from 'node:crypto'
import { after, earliest, latest } from '#app/core/flow/instants.ts'
import type { Lane } from '#app/core/flow/lane.ts'
import { catchUpMarks, metafieldsWorth } from '#app/core/flow/read-lane.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { membershipQueryOf } from '#app/core/settings/audience.ts'
import { findTurnInputs } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { resetFieldSetCache } from '#app/store/field-sets.ts'
import { deleteGone } from '#app/store/forgotten-profiles.ts'
import { finishTurningOff } from '#app/store/integration.ts'
import {
  acquireShopLease,
  listNextWork,
  type NextWork,
  releaseShopLease,
  renewShopLease,
} from '#app/store/shop-leases.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { advanceRun } from '../backfill/advance-run.ts'
import { RunReader } from '../backfill/run-reader.ts'
import { startCatchUp } from '../backfill/start-catch-up.ts'
import { startDueComparison } from '../backfill/start-comparison.ts'
import { startNightlyReconcile } from '../backfill/start-reconcile.ts'
import { startRefill } from '../backfill/start-refill.ts'
import { startWhenDue } from '../backfill/start-when-due.ts'
import { type OpenCredential, openCredential } from '../connection/open-credential.ts'
import { refreshShopFacts } from '../connection/refresh-shop-facts.ts'
import { drainShop } from '../drain/drain-shop.ts'
import { advanceDryRun } from '../dry-run/advance-dry-run.ts'
import { integrationStopped } from '../events.ts'
import { sendFlowTriggers } from '../flow/send-flow-triggers.ts'
import { checkHourly } from '../intake/check-hourly.ts'
import { feedRetries } from '../intake/feed-retries.ts'
import { feedSegments } from '../intake/feed-segments.ts'
import { changeLists } from '../listing/change-lists.ts'
import { checkHeld } from '../loyalty/record-look.ts'
import { erase } from '../outbox/erase.ts'
import { event } from '../outbox/event.ts'
import { fetchIds } from '../outbox/fetch-ids.ts'
import { importOfChanges, importOfRun } from '../outbox/import.ts'
import { merge } from '../outbox/merge.ts'
import { runOutbox } from '../outbox/run-outbox.ts'
import { advanceReadBack } from '../read-back/advance-read-back.ts'
import { keepSegmentLists } from '../segment-lists/keep-segment-lists.ts'
import { checkWithheld } from '../shopify/check-withheld.ts'
import { subscribeMapped } from '../shopify/subscribe-mapped.ts'
import type { ShopTurn } from './shop-turn.ts'

/** How long a turn with one shop lasts while no other shop waits, and while others may wait. */
const SLICE_MS = 5_000
const CROWDED_SLICE_MS = 1_000
/** After this long, another worker may take over the shop of a worker that died. A running worker renews its lease well before. */
const LEASE_MS = 15_000
const RENEW_EVERY_MS = 4_000
/** Work that is due but could not be done (it waits for an import, for example) is tried again no sooner than this. */
const MIN_RETRY_MS = 500

export interface TurnOptions {
  readonly clock: () => Date
  /** Aborted when the process is to stop. No new batch is started then. */
  readonly signal: AbortSignal
  /** `live` sends live changes only: no run is advanced, and what can wait is skipped. `run`, the default, does all work, live changes first. */
  readonly lane?: Lane
  /** Whether other shops may be waiting. The turn is shorter then. */
  readonly isCrowded?: () => boolean
  readonly sliceMs?: number
  /** Called for each lane that has more work, with the time at which it is due. */
  readonly wakeAt?: (lane: Lane, at: Date) => void
}

/**
 * Works on a shop until nothing is ready or its time slice is used up: settles imports, drains marks, advances the run, or while none is open the
 * dry run. While the
 * integration is turning off, it only finishes what has been started. One worker at a time works on a shop, whatever the lane: while
 * another worker holds the lease, nothing is done. Returns when the shop has work again, in either lane; null when it has none.
 */
export async function syncShop(
  shop: ShopDomain,
  { clock, signal, lane = 'run', isCrowded = () => false, sliceMs, wakeAt = () => {} }: TurnOptions,
): Promise<Date | null> {
  const holder = randomUUID()
  const lease = await acquireShopLease(shop, { holder, now: clock(), until: after(clock(), LEASE_MS) })
  if (lease.kind === 'closed') return null
  if (lease.kind === 'held') {
    // The lease holder checks both lanes after it releases the lease. This wake-up is needed only if the holder died.
    wakeAt(lane, lease.until)
    return lease.until
  }
  resetFieldSetCache(shop, lease.installedAt)
  const lost = new AbortController()
  const renewal = setInterval(() => {
    renewShopLease(shop, { holder, until: after(clock(), LEASE_MS) }).then(
      (held) => held || lost.abort(),
      () => lost.abort(),
    )
  }, RENEW_EVERY_MS)
  let worked = false
  try {
    const startedAt = clock()
    const untilLost = AbortSignal.any([signal, lost.signal])
    worked = (await sendFlowTriggers({ shop, clock, signal: untilLost })) > 0
    const synced = await workFor(shop, {
      lane,
      clock,
      signal: untilLost,
      isOver: () => clock() >= after(startedAt, sliceMs ?? (isCrowded() ? CROWDED_SLICE_MS : SLICE_MS)),
    })
    worked ||= synced
    if (await finishTurningOff(shop, { holder, now: clock() }, autocommit)) integrationStopped(shop)
  } finally {
    clearInterval(renewal)
    await releaseShopLease(shop, holder)
  }
  // After the lease is released: a mark that was created while we held it has woken no worker, and is found here.
  const [work] = await listNextWork(shop, clock())
  return work ? planNext(work, { lane, worked, now: clock(), wakeAt }) : null
}

/**
 * Calls `wakeAt` for each lane that has more work. Work that is due but was not done waits for something, and is not tried again at once;
 * a turn in lane `live` does not try runs, so their time is passed on as it is. Returns the earlier time; null when neither lane has work.
 */
function planNext(
  { next }: NextWork,
  turn: { lane: Lane; worked: boolean; now: Date; wakeAt: (lane: Lane, at: Date) => void },
): Date | null {
  const soonestRetry = after(turn.now, MIN_RETRY_MS)
  const plan = (lane: Lane) => {
    const at = next[lane]
    if (!at) return null
    const waits = !turn.worked && (lane === 'live' || turn.lane === 'run')
    const dueAt = waits ? latest(at, soonestRetry)! : at
    turn.wakeAt(lane, dueAt)
    return dueAt
  }
  return earliest(plan('live'), plan('run'))
}

interface Turn {
  readonly lane: Lane
  readonly clock: () => Date
  readonly signal: AbortSignal
  readonly isOver: () => boolean
}

/** Repeats all kinds of work until nothing is ready or the turn is over. Returns whether anything was done. */
async function workFor(shop: ShopDomain, { lane, clock, signal, isOver }: Turn): Promise<boolean> {
  const reader = lane === 'run' ? new RunReader() : null
  let worked = false
  let credential: OpenCredential | null = null
  try {
    // At least once, even if the time slice is used up already: a turn that does nothing would only be repeated.
    while (!signal.aborted) {
      const inputs = await findTurnInputs(shop)
      if (!inputs) break
      const { policy, credential: stored } = inputs
      // Opened once in a turn, so that the token it has is renewed once.
      if (credential?.connectedAt.getTime() !== stored.connectedAt.getTime()) credential = openCredential(stored, clock)
      if (!(await workOnce({ shop, policy, credential, clock, signal }, reader))) break
      worked = true
      if (isOver()) break
    }
  } finally {
    await reader?.close()
  }
  return worked
}

/**
 * Does each kind of work once; without a reader only what cannot wait. Returns whether there was any. Work that sends no profiles goes on
 * while the integration is off.
 */
async function workOnce(turn: ShopTurn, reader: RunReader | null): Promise<boolean> {
  const refreshed = await refreshShopFacts(turn)
  if (refreshed) await subscribeMapped(turn)
  const erased = await runOutbox(turn, erase)
  const ofChanges = await runOutbox(turn, importOfChanges)
  const ofRun = reader === null ? 0 : await runOutbox(turn, importOfRun)
  const synced = await syncChanges(turn, reader)
  return refreshed || erased > 0 || ofChanges > 0 || ofRun > 0 || synced
}

/** Live changes before the next chunk of a run. */
async function syncChanges(turn: ShopTurn, reader: RunReader | null): Promise<boolean> {
  const { shop, signal } = turn
  // The status is read again: the steps before may have taken long, and the merchant may turn the integration off at any time.
  const known = await findShop(shop)
  if (known?.status === 'turning_off') return finishRun(turn, reader)
  if (known?.status !== 'on') return false
  if (known.startAt) return reader !== null && ((await startWhenDue(turn)) || (await advanceDryRun(turn, reader)))
  const merged = await runOutbox(turn, merge)
  const checkedWithheld = await checkWithheld(turn)
  const checkedHeld = reader !== null && (await checkHeld(turn))
  const startedRun = await startDueRun(turn)
  const run = await findOpenRun(shop, autocommit)
  // Marks that a catch-up's file will cover are not read one by one as well. Marks from before a switch-on for future changes only are held.
  const markedSince = run?.kind === 'catch_up' ? run.operationAskedAt : known.futureSince
  const drained = await drainShop(turn, { markedSince })
  const mayFeed = reader !== null && drained === 0 && !signal.aborted
  const fed = mayFeed && ((await feedRetries(turn)) || (await feedSegments(turn)))
  if (run === null) await deleteGone(shop)
  const mayAdvance = reader !== null && run !== null && !signal.aborted && (await findShop(shop))?.status === 'on'
  const advanced = mayAdvance && (await advanceRun(turn, reader))
  const eventsSent = signal.aborted ? 0 : await runOutbox(turn, event)
  const checkedHourly = reader !== null && !signal.aborted && (await checkHourly(turn))
  if (merged > 0 || checkedWithheld || checkedHeld || startedRun || drained > 0 || advanced || eventsSent > 0)
    return true
  if (checkedHourly || fed) return true
  if (reader !== null && run === null && !signal.aborted && (await advanceDryRun(turn, reader))) return true
  // These can wait until there is nothing else to do. A profile's id must be fetched before the profile joins a list.
  if (signal.aborted) return false
  if (await changeLists(turn)) return true
  if (reader === null) return false
  return (await runOutbox(turn, fetchIds)) > 0 || (await advanceReadBack(turn)) || keepSegmentLists(turn)
}

/** Starts a run if one is due: after a change of settings, at night, after a failed first run, or for very many changes. Returns whether it did. */
async function startDueRun(turn: ShopTurn): Promise<boolean> {
  if ((await startDueComparison(turn)) || (await startNightlyReconcile(turn)) || (await startRefill(turn))) return true
  const metafields = metafieldsWorth(metafieldsRead(turn.policy.mapping.mapping))
  return startCatchUp(turn, catchUpMarks(metafields, membershipQueryOf(turn.policy.audience)))
}

/** A run that has nothing more to send is finished even while the integration is turning off. */
async function finishRun(turn: ShopTurn, reader: RunReader | null): Promise<boolean> {
  const run = await findOpenRun(turn.shop, autocommit)
  return run?.state === 'delivering' && (await advanceRun(turn, reader ?? new RunReader()))
}
