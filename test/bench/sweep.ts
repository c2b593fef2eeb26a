import { autocommit, closeStore, execute, openStore, rowsOf, sql } from '#app/store/database.ts'
import { listOpenWork } from '#app/store/open-work.ts'
import { openBenchDatabase } from './process/bench-database.ts'
import { type BenchResult, below, type Form } from './report/bench-result.ts'
import { median } from './report/statistics.ts'

interface Measurement {
  readonly what: string
  readonly found: number
  /** Of the whole sweep. */
  readonly tookMs: readonly number[]
}

const SHOPS = 5_000
const PROFILES = 100
const MARKS = 400_000
const SYNCED_RUNS = 20
const SWEEPS = { short: 15, full: 100 }
const SWEPT_AHEAD_MS = 90_000

/** What the worker's sweep asks of the database each minute, with many shops at rest and with many marks. */
export async function sweep(form: Form): Promise<BenchResult> {
  const database = await openBenchDatabase('sweep')
  try {
    await openStore(database.url)
    await fillShops()
    const sweeps = SWEEPS[form]
    const atRest = await measured('at rest', sweeps)
    await mark('bench-1.myshopify.com', MARKS)
    const hot = await measured(`${MARKS.toLocaleString('en-US')} marks in one shop`, sweeps)
    await execute(sql`truncate dirty_customer`, autocommit)
    for (let i = 1; i <= 100; i++) await mark(`bench-${i}.myshopify.com`, MARKS / 100)
    const several = await measured(`${MARKS.toLocaleString('en-US')} marks in 100 shops`, sweeps)
    await execute(sql`truncate dirty_customer`, autocommit)
    await execute(
      sql`insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
          select domain, n, now(), now(), now() from shop, generate_series(1, ${MARKS / SHOPS}::int) n`,
      autocommit,
    )
    const spread = await measured(`${MARKS.toLocaleString('en-US')} marks in all shops`, sweeps)
    return resultOf([atRest, hot, several, spread])
  } finally {
    await closeStore()
    await database.drop()
  }
}

/** Connected shops that were filled, each with profiles and ended runs. */
async function fillShops(): Promise<void> {
  await execute(
    sql`
    insert into shop (domain, installed_at, facts_read_at, filled_at, next_reconcile_at)
    select 'bench-' || n || '.myshopify.com', now() - interval '30 days', now(), now(), now() + interval '12 hours'
    from generate_series(1, ${SHOPS}::int) n`,
    autocommit,
  )
  await execute(
    sql`
    insert into connection (shop, account_id, account_name, sealed_key, connected_at)
    select domain, domain, 'Bench', '', now() from shop`,
    autocommit,
  )
  await execute(
    sql`
    insert into profile (shop, customer_id, state, klaviyo_id, hash, read_at, synced_at)
    select domain, n, 'synced', md5(domain || n), 'h', now(), now() from shop, generate_series(1, ${PROFILES}::int) n`,
    autocommit,
  )
  await execute(
    sql`
    insert into sync_run (id, shop, kind, trigger, state, requested_at, finished_at, progress_at, not_before)
    select gen_random_uuid(), domain, 'reconcile', 'nightly', 'finished', now() - n * interval '1 day', now(), now(), now()
    from shop, generate_series(1, ${SYNCED_RUNS}::int) n`,
    autocommit,
  )
}

async function mark(shop: string, marks: number): Promise<void> {
  await execute(
    sql`
    insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
    select ${shop}, n, now(), now(), now() from generate_series(1, ${marks}::int) n`,
    autocommit,
  )
}

async function measured(what: string, sweeps: number): Promise<Measurement> {
  await rowsOf(sql`vacuum analyze`, autocommit)
  const tookMs: number[] = []
  let found = 0
  for (let i = 0; i < sweeps; i++) {
    const startedAt = performance.now()
    found = 0
    const now = new Date()
    for await (const shops of listOpenWork(now, { until: new Date(now.getTime() + SWEPT_AHEAD_MS) }))
      found += shops.length
    tookMs.push(performance.now() - startedAt)
  }
  return { what, found, tookMs }
}

function resultOf(measurements: readonly Measurement[]): BenchResult {
  const [atRest, hot] = measurements
  return {
    columns: [`${SHOPS.toLocaleString('en-US')} connected shops`, 'with work', 'median ms', 'longest ms'],
    rows: measurements.map(({ what, found, tookMs }) => [what, found, median(tookMs), Math.max(...tookMs)]),
    targets: [
      below('median ms, at rest', 20, median(atRest!.tookMs)),
      below('median ms, all marks in one shop', 20, median(hot!.tookMs)),
    ],
    notes: [
      'The time until the sweep knows which shops have work, and when. Shops with work are looked at fifty at a time.',
    ],
    measurements,
  }
}
