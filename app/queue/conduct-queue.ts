import { PgBoss } from 'pg-boss'
import { type ShopDomain, shopDomain } from '#app/core/ids.ts'

// pg-boss carries two kinds of job. "conduct" says that a shop may have work; what is to be done is in the tables, so a
// lost or doubled one costs nothing. "sweep" comes once a minute, to one worker of all.
const CONDUCT = 'conduct'
const SWEEP = 'sweep'
const KEEP_DONE_SECONDS = 60

let boss: PgBoss

/** How to connect to the application's database. */
export interface QueueDatabase {
  /** As for pg. */
  readonly options: object
  /** Whether connections are shared by a pooler: nothing can be listened to on one. */
  readonly pooled: boolean
}

/** Opens the queue on the application's database. Web processes only wake; workers also look after the queue. */
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
    // Where nothing can be listened to, jobs are looked for once a second.
    useListenNotify: worker && !pooled,
    notifyHeartbeatIntervalMs: 5_000,
    notifyHeartbeatTimeoutMs: 3_000,
    maintenanceIntervalSeconds: 300,
  })
  // A lost connection is found again; what it cost is a wake, and the sweep makes up for that.
  boss.on('error', () => {})
  await boss.start()
  // "short" keeps one waiting job to a key, and says nothing of those that are being worked on: that one shop has one
  // conductor is decided by its row (store/conductors.ts).
  await boss.createQueue(CONDUCT, {
    policy: 'short',
    notify: true,
    retryLimit: 0,
    deleteAfterSeconds: KEEP_DONE_SECONDS,
  })
  await boss.createQueue(SWEEP, { policy: 'short', retryLimit: 0, deleteAfterSeconds: KEEP_DONE_SECONDS })
}

/** Ends taking jobs and lets go of the database; jobs in hand are given up to `graceMs`. */
export async function closeQueue(graceMs: number): Promise<void> {
  await boss.stop({ graceful: graceMs > 0, timeout: graceMs })
}

/** Says that these shops may have work. A shop that waits already is not told twice. */
export async function wakeShops(shops: readonly ShopDomain[]): Promise<void> {
  if (shops.length === 0) return
  await boss.insert(
    CONDUCT,
    shops.map((shop) => ({ singletonKey: shop, data: { shop } })),
  )
}

/** Calls `conduct` for every shop that was woken, for at most `shopsAtOnce` at a time. */
export async function workOnShops(shopsAtOnce: number, conduct: (shop: ShopDomain) => Promise<void>): Promise<void> {
  const options = { localConcurrency: shopsAtOnce, batchSize: 1, pollingIntervalSeconds: 1, burstWhenBatchFull: true }
  await boss.work<{ shop: string }>(CONDUCT, options, async ([job]) => {
    if (job) await conduct(shopDomain.parse(job.data.shop))
  })
}

/** Calls `sweep` every minute in one of all workers. */
export async function workOnSweeps(sweep: () => Promise<void>): Promise<void> {
  await boss.work(SWEEP, { pollingIntervalSeconds: 5 }, sweep)
  await boss.schedule(SWEEP, '* * * * *')
}
