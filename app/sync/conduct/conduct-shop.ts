import { randomUUID } from 'node:crypto'
import { after, earliest, latest } from '#app/core/flow/instants.ts'
import type { Lane } from '#app/core/flow/lane.ts'
import { catchUpMarks } from '#app/core/flow/read-lane.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { standingAsked } from '#app/core/profile/rules.ts'
import { listNextWork, type NextWork, releaseShop, renewShop, takeShop } from '#app/store/conductors.ts'
import { findSendableConnection } from '#app/store/connections.ts'
import { learnSince } from '#app/store/field-sets.ts'
import { settleTurningOff } from '#app/store/integration.ts'
import { deleteGone } from '#app/store/profiles.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { advanceRun } from '../backfill/advance-run.ts'
import { refill } from '../backfill/refill.ts'
import { RunReader } from '../backfill/run-reader.ts'
import { catchUp } from '../backfill/start-catch-up.ts'
import { compareAsAsked } from '../backfill/start-comparison.ts'
import { reconcileNightly } from '../backfill/start-reconcile.ts'
import { refreshShopFacts } from '../connection/refresh-shop-facts.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { settleImports } from '../deliver/settle-imports.ts'
import { drainShop } from '../drain/drain-shop.ts'
import { integrationStopped } from '../events.ts'
import { learnKlaviyoIds } from '../identity/learn-klaviyo-ids.ts'
import { mergeInKlaviyo } from '../identity/merge-in-klaviyo.ts'
import { changeLists } from '../listing/change-lists.ts'
import { sendEvents } from '../loyalty/send-events.ts'
import { eraseInKlaviyo } from '../privacy/erase-in-klaviyo.ts'
import { askForWithheld } from '../shopify/ask-for-withheld.ts'

/** How long one shop is worked for before the next in line has its turn; as long as none waits, and when some may. */
const SLICE_MS = 5_000
const CROWDED_SLICE_MS = 1_000
/** A conductor that died is missed after this long; one that lives renews well before. */
const HOLD_MS = 15_000
const RENEW_EVERY_MS = 4_000
/** Work that is due but cannot be done yet (it waits for an import, say) is looked at again no sooner than this. */
const SHORTEST_REST_MS = 500

export interface ConductOptions {
  readonly clock: () => Date
  /** Aborted when the process is to stop: no new batch. */
  readonly signal: AbortSignal
  /** What is worked for. In lane `live` no run is advanced, and what can wait is left; in lane `run`, the default, all is done, live changes first. */
  readonly lane?: Lane
  /** Whether other shops may wait for a turn: it ends sooner then. */
  readonly isCrowded?: () => boolean
  readonly sliceMs?: number
  /** Is told for each lane when there is work next, if there is. */
  readonly wakeAt?: (lane: Lane, at: Date) => void
}

/**
 * Works for a shop until nothing is ready or its slice of time is spent: settles imports, drains marks, advances the run. While
 * the integration is turning off it only finishes what is in hand.
 * One conductor to a shop, whatever the lane: while another has it, nothing is done. Yields when to come again for either lane; null when there is
 * nothing to do.
 */
export async function conductShop(
  shop: ShopDomain,
  { clock, signal, lane = 'run', isCrowded = () => false, sliceMs, wakeAt = () => {} }: ConductOptions,
): Promise<Date | null> {
  const conductor = randomUUID()
  const taken = await takeShop(shop, { conductor, now: clock(), until: after(clock(), HOLD_MS) })
  if (taken.kind === 'closed') return null
  if (taken.kind === 'held') {
    // Whoever has it looks at both lanes after letting go. This is for a conductor that died.
    wakeAt(lane, taken.until)
    return taken.until
  }
  learnSince(shop, taken.installedAt)
  const lost = new AbortController()
  const renewal = setInterval(() => {
    renewShop(shop, { conductor, until: after(clock(), HOLD_MS) }).then(
      (held) => held || lost.abort(),
      () => lost.abort(),
    )
  }, RENEW_EVERY_MS)
  let worked = false
  try {
    const startedAt = clock()
    worked = await workFor(shop, {
      lane,
      clock,
      signal: AbortSignal.any([signal, lost.signal]),
      isOver: () => clock() >= after(startedAt, sliceMs ?? (isCrowded() ? CROWDED_SLICE_MS : SLICE_MS)),
    })
    if (await settleTurningOff(shop, { conductor, now: clock() })) integrationStopped(shop)
  } finally {
    clearInterval(renewal)
    await releaseShop(shop, conductor)
  }
  // After letting go: a mark that was made while we held the shop woke nobody, and is seen here.
  const [work] = await listNextWork(shop, clock())
  return work ? planNext(work, { lane, worked, now: clock(), wakeAt }) : null
}

/**
 * Tells each lane when it has work next. What is due but was not done waits for something, and is not looked at again at once; a turn for live changes
 * says nothing of runs. Yields the earlier of both.
 */
function planNext(
  { next }: NextWork,
  turn: { lane: Lane; worked: boolean; now: Date; wakeAt: (lane: Lane, at: Date) => void },
): Date | null {
  const rested = after(turn.now, SHORTEST_REST_MS)
  const plan = (lane: Lane) => {
    const at = next[lane]
    if (!at) return null
    const waits = !turn.worked && (lane === 'live' || turn.lane === 'run')
    const again = waits ? latest(at, rested)! : at
    turn.wakeAt(lane, again)
    return again
  }
  return earliest(plan('live'), plan('run'))
}

interface Turn {
  readonly lane: Lane
  readonly clock: () => Date
  readonly signal: AbortSignal
  readonly isOver: () => boolean
}

/** Yields whether anything was done. */
async function workFor(shop: ShopDomain, { lane, clock, signal, isOver }: Turn): Promise<boolean> {
  const reader = lane === 'run' ? new RunReader() : null
  let worked = false
  try {
    // Once at least, however late it has become: a turn in which nothing is done only comes again.
    while (!signal.aborted) {
      const connection = await findSendableConnection(shop)
      if (!connection || !(await workOnce({ shop, connection, clock, signal }, reader))) break
      worked = true
      if (isOver()) break
    }
  } finally {
    await reader?.close()
  }
  return worked
}

/** Each kind of work once; without a reader only what cannot wait. Yields whether there was any. What is not sending goes on while the integration is off. */
async function workOnce(conducting: Conducting, reader: RunReader | null): Promise<boolean> {
  const refreshed = await refreshShopFacts(conducting)
  const erased = await eraseInKlaviyo(conducting)
  const settled = await settleImports(conducting, { ofRuns: reader !== null })
  const synced = await syncOnce(conducting, reader)
  return refreshed || erased > 0 || settled > 0 || synced
}

/** Live changes before the next chunk of a run. */
async function syncOnce(conducting: Conducting, reader: RunReader | null): Promise<boolean> {
  const { shop, signal } = conducting
  // Asked afresh before anything is begun: what came before may have taken long, and the switch is pressed at any time.
  const known = await findShop(shop)
  if (known?.status === 'turning_off') return finishRun(conducting, reader)
  if (known?.status !== 'on') return false
  const merged = await mergeInKlaviyo(conducting)
  const asked = await askForWithheld(conducting)
  const startedRun = await startDueRun(conducting)
  const run = await findOpenRun(shop)
  // What a catch-up's file will answer need not be read one by one as well; what was said before a switch-on for future changes is held.
  const markedSince = run?.kind === 'catch_up' ? run.operationAskedAt : known.futureSince
  const drained = await drainShop(conducting, { markedSince })
  if (run === null) await deleteGone(shop)
  const mayAdvance = reader !== null && run !== null && !signal.aborted && (await findShop(shop))?.status === 'on'
  const advanced = mayAdvance && (await advanceRun(conducting, reader))
  const eventsSent = signal.aborted ? 0 : await sendEvents(conducting)
  if (merged > 0 || asked || startedRun || drained > 0 || advanced || eventsSent > 0) return true
  // Of all there is, these can wait: they are done when there is nothing else. An id must be learnt before its profile joins a list.
  if (signal.aborted) return false
  return (await changeLists(conducting)) || (reader !== null && (await learnKlaviyoIds(conducting)))
}

/** Starts a run that is due: after a change of the mapping, at night, after a failed first run, or for a storm of changes. Returns whether it did. */
async function startDueRun(conducting: Conducting): Promise<boolean> {
  if ((await compareAsAsked(conducting)) || (await reconcileNightly(conducting)) || (await refill(conducting)))
    return true
  const { length: metafields } = metafieldsRead(conducting.connection.mapping.mapping)
  return catchUp(conducting, catchUpMarks(metafields, standingAsked(conducting.connection.rules)))
}

/** A run that has nothing left to send comes to its end even while the integration is turning off. */
async function finishRun(conducting: Conducting, reader: RunReader | null): Promise<boolean> {
  const run = await findOpenRun(conducting.shop)
  return run?.state === 'delivering' && (await advanceRun(conducting, reader ?? new RunReader()))
}
