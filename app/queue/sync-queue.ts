import { PgBoss } from 'pg-boss'
import { type Lane, lanes } from '#app/core/flow/lane.ts'
import { type ShopDomain, shopDomain } from '#app/core/ids.ts'
import { wordsOf } from '#app/telemetry/log.ts'
import { SparseLine } from '#app/telemetry/sparse-line.ts'

// pg-boss carries two kinds of job. A job in a lane's queue says that a shop may have work of that kind. What is to be done is in the
// tables, so a lost or repeated job costs nothing. "sweep" comes once a minute, to one of all workers.
const QUEUES: Readonly<Record<Lane, string>> = { live: 'sync_shop', run: 'sync_shop_run' }
const SWEEP = 'sweep'
const KEEP_DONE_SECONDS = 60

/** What a job says. `trace` is where the trace of the delivery is that woke the shop, if it is traced. */
interface Wake {
  readonly shop: string
  readonly trace?: string
}

const queueTroubles = new SparseLine('queue_failed')
const queueWarnings = new SparseLine('queue_warning')

let boss: PgBoss

/** How to connect to the application's database. */
export interface QueueDatabase {
  /** As for pg. */
  readonly options: object
  /** Whether connections are shared by a pooler, through which LISTEN does not work. */
  readonly pooled: boolean
}

/** Opens the queue on the application's database. Web processes only wake shops; workers also maintain the queue. */
export async function openQueue(
  { options, pooled }: QueueDatabase,
  { role }: { role: 'web' | 'worker' },
): Promise<void> {
  const worker = role === 'worker'
  boss = new PgBoss({
    ...options,
    max: worker ? 5 : 2,
    supervise: worker,
    schedule: worker,
    // Where LISTEN does not work, jobs are polled once a second.
    useListenNotify: worker && !pooled,
    notifyHeartbeatIntervalMs: 5_000,
    notifyHeartbeatTimeoutMs: 3_000,
    maintenanceIntervalSeconds: 300,
  })
  // A lost connection is opened again. A wake-up that was lost with it is made up for by the sweep.
  boss.on('error', (error) => queueTroubles.say({ error: wordsOf(error) }))
  boss.on('warning', ({ message }) => queueWarnings.say({ words: message }))
  await boss.start()
  // "short" keeps one waiting job to a key, and does not count jobs in progress: that a shop has one lease holder is decided by its row
  // (store/shop-leases.ts).
  for (const lane of lanes) {
    await boss.createQueue(QUEUES[lane], {
      policy: 'short',
      notify: true,
      retryLimit: 0,
      deleteAfterSeconds: KEEP_DONE_SECONDS,
    })
  }
  await boss.createQueue(SWEEP, { policy: 'short', retryLimit: 0, deleteAfterSeconds: KEEP_DONE_SECONDS })
}

/** Stops taking jobs and closes the connections; jobs in progress get up to `graceMs` milliseconds to finish. */
export async function closeQueue(graceMs: number): Promise<void> {
  await boss.stop({ graceful: graceMs > 0, timeout: graceMs })
}

/**
 * Wakes these shops, because they may have work. A shop that is waiting in the lane already gets no second job. Outside a worker only the
 * live lane is woken: the worker that takes the job then checks for all work, and wakes the other lane.
 */
export async function wakeShops(
  shops: readonly ShopDomain[],
  lane: Lane = 'live',
  traces: ReadonlyMap<ShopDomain, string> = new Map(),
): Promise<void> {
  if (shops.length === 0) return
  await boss.insert(
    QUEUES[lane],
    shops.map((shop) => ({ singletonKey: shop, data: { shop, trace: traces.get(shop) } })),
  )
}

/**
 * pg-boss checks for the next job by itself only when another one is announced, or this long after it took the last one. A handler
 * therefore takes jobs until there are none, for at most twice as long. (Its burstWhenBatchFull does nothing for batches of one job.)
 */
const BETWEEN_LOOKS_SECONDS = 30

/**
 * Calls `work` for every shop that was woken in the lane, for at most `slots` at a time. A slot is free again, and takes the next shop at
 * once, when `work` resolves; it must not reject. Takes no more shops once `signal` is aborted.
 */
export async function workOnShops(
  lane: Lane,
  { slots, signal }: { slots: number; signal: AbortSignal },
  work: (shop: ShopDomain, trace: string | null) => Promise<void>,
): Promise<void> {
  const queue = QUEUES[lane]
  const options = {
    localConcurrency: slots,
    batchSize: 1,
    pollingIntervalSeconds: 1,
    notifyPollingIntervalSeconds: BETWEEN_LOOKS_SECONDS,
  }
  await boss.work<Wake>(queue, options, async ([first]) => {
    if (first) await work(shopDomain.parse(first.data.shop), first.data.trace ?? null)
    const until = performance.now() + 2 * BETWEEN_LOOKS_SECONDS * 1_000
    while (!signal.aborted && performance.now() < until) {
      const [next] = await boss.fetch<Wake>(queue)
      if (!next) return
      await work(shopDomain.parse(next.data.shop), next.data.trace ?? null)
      await boss.complete(queue, next.id)
    }
  })
}

/** When this worker last looked for a job; null if it never has. While it works it looks for sweeps every five seconds. */
export function lastLookedAt(): Date | null {
  const looks = boss.getWipData().map(({ lastFetchedOn }) => lastFetchedOn ?? 0)
  const last = Math.max(0, ...looks)
  return last === 0 ? null : new Date(last)
}

/** Calls `sweep` every minute in one of all workers. */
export async function workOnSweeps(sweep: () => Promise<void>): Promise<void> {
  await boss.work(SWEEP, { pollingIntervalSeconds: 5 }, sweep)
  await boss.schedule(SWEEP, '* * * * *')
}
