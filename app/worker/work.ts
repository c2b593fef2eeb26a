import { after, latest } from '#app/core/flow/instants.ts'
import { type Lane, lanes } from '#app/core/flow/lane.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { wakeShops, workOnShops, workOnSweeps } from '#app/queue/sync-queue.ts'
import { databaseNow } from '#app/store/clock.ts'
import { listOpenWork } from '#app/store/open-work.ts'
import { sweepOldRows } from '#app/store/retention/sweep-old-rows.ts'
import { workOnAlerts } from '#app/sync/alerts/work-on-alerts.ts'
import { workOnGrants } from '#app/sync/connection/work-on-grants.ts'
import { sweepFailed, turnFailed } from '#app/sync/events.ts'
import { keepBulkAccess } from '#app/sync/shopify/bulk-access.ts'
import { tellOperator } from '#app/sync/shopify/tell-operator.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { sweepEnded } from '#app/telemetry/facts.ts'
import { inSpan } from '#app/telemetry/spans.ts'
import { LONGEST_SCHEDULED_MS, ScheduledWakes } from './scheduled-wakes.ts'
import { Slots } from './slots.ts'

const AFTER_A_FAILURE_MS = 5_000
/**
 * How long a turn waits for one answer before it continues without a slot, and how many turns may. A run's turn holds a chunk of customers
 * in memory.
 */
const WAITING: Readonly<Record<Lane, { patienceMs: number; mostWaiting: number }>> = {
  live: { patienceMs: 1_000, mostWaiting: 64 },
  run: { patienceMs: 3_000, mostWaiting: 12 },
}

type Scheduled = Readonly<Record<Lane, ScheduledWakes>>

/** Shops whose runs are advanced at a time, beside the live changes of `shopsAtOnce`. */
const runsAtOnce = (shopsAtOnce: number) => Math.ceil(shopsAtOnce / 2)

/** For the sweep, and for leases that are renewed meanwhile. */
const CONNECTIONS_BESIDE_TURNS = 3

/** How many database connections the worker's turns need at once: one each, because a turn does one thing after the other. */
export function connectionsFor(shopsAtOnce: number): number {
  return shopsAtOnce + runsAtOnce(shopsAtOnce) + CONNECTIONS_BESIDE_TURNS
}

/** The worker's turns with shops. */
export interface Work {
  /** Resolves when every turn has ended, also those that wait for an answer without a slot. */
  allEnded(): Promise<void>
  /** The shops that are being worked on, by lane. */
  slots(): { readonly lane: Lane; readonly taken: number; readonly waiting: number }[]
}

/**
 * Syncs the shops that are woken, until `signal` is aborted: `shopsAtOnce` at a time for their live changes, and half as many beside them
 * for their runs. Resolves when the worker has begun to take jobs.
 */
export async function startWork({ shopsAtOnce, signal }: { shopsAtOnce: number; signal: AbortSignal }): Promise<Work> {
  const scheduledIn = (lane: Lane) => new ScheduledWakes(signal, (shop) => wakeShops([shop], lane).catch(sweepFailed))
  const scheduled = { live: scheduledIn('live'), run: scheduledIn('run') }
  const slots = {
    live: new Slots({ count: shopsAtOnce, ...WAITING.live }),
    run: new Slots({ count: runsAtOnce(shopsAtOnce), ...WAITING.run }),
  }
  for (const lane of lanes) {
    const own = slots[lane]
    await workOnShops(lane, { slots: own.count, signal }, (shop, trace) =>
      own.take(() => takeTurn(shop, { trace, lane, scheduled, isCrowded: () => own.full, signal })),
    )
  }
  // One round of alerts and one of grants at a time. The sweep does not wait for them: a mail server or Klaviyo may hang.
  let alerts: Promise<void> | null = null
  const tellOfStops = () => {
    alerts ??= workOnAlerts({ clock: databaseNow, signal }).finally(() => (alerts = null))
  }
  let grants: Promise<void> | null = null
  const keepGrants = () => {
    grants ??= workOnGrants({ clock: databaseNow, signal }).finally(() => (grants = null))
  }
  const sweepAll = async () => {
    await sweep(scheduled)
    tellOfStops()
    keepGrants()
  }
  await workOnSweeps(sweepAll)
  await sweepAll()
  return {
    allEnded: async () => void (await Promise.all([...lanes.map((lane) => slots[lane].allEnded()), alerts, grants])),
    slots: () => lanes.map((lane) => ({ lane, ...slots[lane].use })),
  }
}

async function takeTurn(
  shop: ShopDomain,
  {
    scheduled,
    trace,
    ...turn
  }: { lane: Lane; scheduled: Scheduled; isCrowded: () => boolean; signal: AbortSignal; trace: string | null },
): Promise<void> {
  if (turn.signal.aborted) return
  scheduled[turn.lane].forget(shop)
  const wakeAt = (lane: Lane, at: Date) => scheduled[lane].wakeAt(shop, at)
  try {
    await inSpan({ name: `turn ${turn.lane}`, kind: 'consumer', continues: trace }, (add) => {
      add({ 'lockstep.shop': shop })
      return syncShop(shop, { ...turn, clock: databaseNow, wakeAt })
    })
  } catch (error) {
    turnFailed(shop, error)
    for (const lane of lanes) wakeAt(lane, after(databaseNow(), AFTER_A_FAILURE_MS))
  }
}

/**
 * Finds every shop with open work, even if its wake-up was lost, drops rows that are past their time, keeps the app's access to bulk
 * operations, and tells the operator of faults.
 */
async function sweep(scheduled: Scheduled): Promise<void> {
  try {
    await wakeOpenWork(scheduled)
    await sweepOldRows(databaseNow(), sweepFailed)
    await keepBulkAccess(databaseNow)
    await tellOperator(databaseNow())
    sweepEnded.tell({ outcome: 'done' })
  } catch (error) {
    sweepFailed(error)
    sweepEnded.tell({ outcome: 'failed' })
  }
}

/** Wakes the shops whose work is due, and plans to wake those whose work is due before the next sweep. */
async function wakeOpenWork(scheduled: Scheduled): Promise<void> {
  const now = databaseNow()
  for await (const shops of listOpenWork(now, { until: after(now, LONGEST_SCHEDULED_MS) })) {
    for (const lane of lanes) {
      const starts = shops.flatMap(({ shop, next, leasedUntil }) => {
        const at = next[lane] && latest(next[lane], leasedUntil)
        return at ? [{ shop, at }] : []
      })
      const due = starts.filter(({ at }) => at <= now)
      await wakeShops(
        due.map(({ shop }) => shop),
        lane,
      )
      for (const { shop, at } of starts) if (at > now) scheduled[lane].wakeAt(shop, at)
    }
  }
}
