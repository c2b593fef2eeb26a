import { setTimeout as wait } from 'node:timers/promises'
import { autocommit, execute, rowsOf, sql } from '#app/store/database.ts'
import { processFigures } from '#test/bench/process/process-figures.ts'
import { machineNow } from '#test/bench/report/print-result.ts'
import { type BenchShop, Lockstep } from '#test/bench/running-app/lockstep.ts'
import { runEntered } from '#test/bench/running-app/run-steps.ts'
import type { Figures, PerCustomer } from '../figures.ts'
import { bytesOfRow, type DatabaseUse, databaseUse } from './database-use.ts'

const FILLED = 20_000
/** Changes in many small shops, which are worked on one by one, as most shops' changes are. */
const SMALL_SHOPS = { count: 30, customers: 110 }
const CHANGES_OF_A_SHOP = 100
const CHANGES_OVER_MS = 60_000
const IDLE_MS = 15_000
const WITHIN_MS = 10 * 60_000
const MB = 1e6

/** Measures on this machine what a customer, a change and a shop take. Some minutes. */
export async function measure(tell: (text: string) => void): Promise<Figures> {
  const machine = machineNow()
  const lockstep = await Lockstep.start('simulate', { standInHeapMb: 4_000 })
  try {
    const worker = await lockstep.startWorker()
    const look = () => useOf(lockstep.webPid, worker.pid)

    tell(`A shop of ${FILLED.toLocaleString('en-US')} customers is filled …`)
    const big = await lockstep.installShop({ customers: FILLED, restoreRate: 2_000 })
    // Nothing happens for a while: before there is anything for Postgres to vacuum.
    const idleFrom = await look()
    await wait(IDLE_MS)
    const empty = await look()
    const idle = ratesOf(idleFrom, empty)
    await lockstep.standIns('connect', big)
    await runEntered(worker, big, 'finished', WITHIN_MS)
    await untilNothingIsOpen()
    const filled = await look()
    const calls = await lockstep.standIns('callsOf', big.account)

    tell('All its customers are compared …')
    const beforeCompared = await look()
    await execute(sql`update shop set comparison_asked_at = now() where domain = ${big.domain}`, autocommit)
    await untilNothingIsOpen()
    const compared = await look()

    tell(`Customers of ${SMALL_SHOPS.count} small shops change …`)
    const small = await smallShops(lockstep)
    const beforeChanged = await look()
    const deliveriesBefore = await deliveries()
    await Promise.all(small.map((shop) => lockstep.standIns('trickle', { ...shop, ...TRICKLE })))
    await untilNothingIsOpen()
    const changed = await look()
    const changes = small.length * CHANGES_OF_A_SHOP
    const peak = (pid: number) => processFigures(pid).peakRssBytes / MB
    return {
      measuredAt: new Date().toISOString().slice(0, 10),
      machine: { cores: machine.cores, cpu: machine.cpu, node: machine.node, load: Number(machine.load.toFixed(1)) },
      firstSync: each(empty, filled, { count: FILLED, idle }),
      compared: each(beforeCompared, compared, { count: FILLED, idle }),
      changed: each(beforeChanged, changed, { count: changes, idle }),
      bytes: {
        customer: (filled.tableBytes - empty.tableBytes) / FILLED,
        shop: (await bytesOfRow('shop')) + (await bytesOfRow('Session')) + (await bytesOfRow('connection')),
        loyaltyValue: await bytesOfLoyaltyValue(big),
        hour: await bytesOfRow('sync_hour'),
        run: await bytesOfRow('sync_run'),
        delivery: await bytesOfRow('delivery', `kind = 'upsert'`),
        minute: await bytesOfRow('synced_minute'),
      },
      deliveriesPerChange: ((await deliveries()) - deliveriesBefore) / changes,
      firstSyncCalls: Object.fromEntries(Object.entries(calls).map(([name, count]) => [name, count / FILLED])),
      peakMemoryMb: { web: peak(lockstep.webPid), worker: peak(worker.pid) },
    }
  } finally {
    await lockstep.close()
  }
}

const TRICKLE = { changes: CHANGES_OF_A_SHOP, everyMs: CHANGES_OVER_MS / CHANGES_OF_A_SHOP }

interface Use extends DatabaseUse {
  readonly atMs: number
  readonly webCpuMs: number
  readonly workerCpuMs: number
}

async function useOf(web: number, worker: number): Promise<Use> {
  const database = await databaseUse()
  const cpuOf = (pid: number) => processFigures(pid).cpuMs
  return { ...database, atMs: performance.now(), webCpuMs: cpuOf(web), workerCpuMs: cpuOf(worker) }
}

/** What is used up in a millisecond. */
function ratesOf(from: Use, to: Use): PerCustomer {
  const ms = to.atMs - from.atMs
  return {
    webCpuMs: (to.webCpuMs - from.webCpuMs) / ms,
    workerCpuMs: (to.workerCpuMs - from.workerCpuMs) / ms,
    databaseCpuMs: (to.cpuMs - from.cpuMs) / ms,
    walBytes: (to.walBytes - from.walBytes) / ms,
  }
}

/** For each of `count` customers; CPU without what is used up when nothing happens, WAL with it. */
function each(from: Use, to: Use, { count, idle }: { count: number; idle: PerCustomer }): PerCustomer {
  const rates = ratesOf(from, to)
  const share = (part: keyof PerCustomer) => (Math.max(0, rates[part] - idle[part]) * (to.atMs - from.atMs)) / count
  return {
    webCpuMs: share('webCpuMs'),
    workerCpuMs: share('workerCpuMs'),
    databaseCpuMs: share('databaseCpuMs'),
    walBytes: (to.walBytes - from.walBytes) / count,
  }
}

async function smallShops(lockstep: Lockstep): Promise<BenchShop[]> {
  const shops: BenchShop[] = []
  for (let i = 0; i < SMALL_SHOPS.count; i++) {
    const shop = await lockstep.installShop({ customers: SMALL_SHOPS.customers, restoreRate: 1_000 })
    await lockstep.standIns('connect', shop)
    shops.push(shop)
  }
  await untilNothingIsOpen()
  return shops
}

/** No mark, also none of a customer that is only read once more; no request, no run. */
async function untilNothingIsOpen(): Promise<void> {
  const open = sql`
    select exists (select 1 from dirty_customer) or exists (select 1 from outbox)
      or exists (select 1 from sync_run where state in ('queued', 'reading', 'delivering'))
      or exists (select 1 from shop where identifiers_asked_at is not null or comparison_asked_at is not null) as busy`
  const until = performance.now() + WITHIN_MS
  while ((await rowsOf<{ busy: boolean }>(open, autocommit))[0]!.busy) {
    if (performance.now() > until) throw new Error('The shops did not come to rest within ten minutes')
    await wait(200)
  }
}

async function deliveries(): Promise<number> {
  const [row] = await rowsOf<{ count: number }>(sql`select count(*)::int as count from delivery`, autocommit)
  return row!.count
}

/** A row of points, a tier and their times; these shops have none. */
async function bytesOfLoyaltyValue({ domain }: BenchShop): Promise<number> {
  const delivered = JSON.stringify({ points: 1_234, tier: 'Gold', expires: '2027-11-30' })
  await execute(
    sql`
    insert into loyalty_value (shop, customer_id, delivered, tier_since, changed_at)
    values (${domain}, 1, ${delivered}::jsonb, now(), now())`,
    autocommit,
  )
  return bytesOfRow('loyalty_value')
}
