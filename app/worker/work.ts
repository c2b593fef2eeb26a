import { after, latest } from '#app/core/flow/instants.ts'
import { type Lane, lanes } from '#app/core/flow/lane.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { wakeShops, workOnShops, workOnSweeps } from '#app/queue/conduct-queue.ts'
import { databaseNow } from '#app/store/clock.ts'
import { listOpenWork } from '#app/store/open-work.ts'
import { sweepOldRows } from '#app/store/retention/sweep-old-rows.ts'
import { conductShop } from '#app/sync/conduct/conduct-shop.ts'
import { conductFailed, sweepFailed } from '#app/sync/events.ts'
import { LONGEST_REST_MS, RestingShops } from './resting-shops.ts'
import { Slots } from './slots.ts'

const AFTER_A_FAILURE_MS = 5_000
/** How long a turn waits for one answer before it goes on without a slot, and how many may. One of a run holds a chunk of customers in memory. */
const WAITING: Readonly<Record<Lane, { patienceMs: number; mostWaiting: number }>> = {
  live: { patienceMs: 1_000, mostWaiting: 64 },
  run: { patienceMs: 3_000, mostWaiting: 12 },
}

type Resting = Readonly<Record<Lane, RestingShops>>

/** The worker's turns with shops. */
export interface Work {
  /** Resolves when every turn has ended, also those that wait for an answer without a slot. */
  allEnded(): Promise<void>
}

/**
 * Conducts the shops that are woken, until `signal` says stop: `shopsAtOnce` at a time for their live changes, and half as many beside them for
 * their runs. Resolves when the queue is being worked on.
 */
export async function startWork({ shopsAtOnce, signal }: { shopsAtOnce: number; signal: AbortSignal }): Promise<Work> {
  const restingIn = (lane: Lane) => new RestingShops(signal, (shop) => wakeShops([shop], lane).catch(sweepFailed))
  const resting = { live: restingIn('live'), run: restingIn('run') }
  const slots = {
    live: new Slots({ count: shopsAtOnce, ...WAITING.live }),
    run: new Slots({ count: Math.ceil(shopsAtOnce / 2), ...WAITING.run }),
  }
  for (const lane of lanes) {
    const own = slots[lane]
    await workOnShops(lane, { slots: own.count, signal }, (shop) =>
      own.take(() => takeTurn(shop, { lane, resting, isCrowded: () => own.full, signal })),
    )
  }
  await workOnSweeps(() => sweep(resting))
  await sweep(resting)
  return { allEnded: async () => void (await Promise.all(lanes.map((lane) => slots[lane].allEnded()))) }
}

async function takeTurn(
  shop: ShopDomain,
  { resting, ...turn }: { lane: Lane; resting: Resting; isCrowded: () => boolean; signal: AbortSignal },
): Promise<void> {
  if (turn.signal.aborted) return
  resting[turn.lane].forget(shop)
  const wakeAt = (lane: Lane, at: Date) => resting[lane].wakeAt(shop, at)
  try {
    await conductShop(shop, { ...turn, clock: databaseNow, wakeAt })
  } catch (error) {
    conductFailed(shop, error)
    for (const lane of lanes) wakeAt(lane, after(databaseNow(), AFTER_A_FAILURE_MS))
  }
}

/** Finds every shop with open work, whoever forgot to wake it, and drops what is past its time. */
async function sweep(resting: Resting): Promise<void> {
  try {
    await wakeOpenWork(resting)
    await sweepOldRows(databaseNow(), sweepFailed)
  } catch (error) {
    sweepFailed(error)
  }
}

/** Wakes the shops whose work is due, and plans to wake those whose work will be before the next sweep. */
async function wakeOpenWork(resting: Resting): Promise<void> {
  const now = databaseNow()
  for await (const shops of listOpenWork(now, { until: after(now, LONGEST_REST_MS) })) {
    for (const lane of lanes) {
      const starts = shops.flatMap(({ shop, next, conductedUntil }) => {
        const at = next[lane] && latest(next[lane], conductedUntil)
        return at ? [{ shop, at }] : []
      })
      const due = starts.filter(({ at }) => at <= now)
      await wakeShops(
        due.map(({ shop }) => shop),
        lane,
      )
      for (const { shop, at } of starts) if (at > now) resting[lane].wakeAt(shop, at)
    }
  }
}
