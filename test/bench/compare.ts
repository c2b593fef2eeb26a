import { setTimeout as wait } from 'node:timers/promises'
import { autocommit, execute, rowsOf, sql } from '#app/store/database.ts'
import type { calls as pipeCalls } from './backfill/pipe.ts'
import { processFigures } from './process/process-figures.ts'
import { callsTo } from './process/remote-calls.ts'
import { atLeast, atMost, type BenchResult, below, type Form } from './report/bench-result.ts'
import { sizesOf } from './report/sizes.ts'
import { median } from './report/statistics.ts'
import { type BenchShop, Lockstep } from './running-app/lockstep.ts'
import { runEntered } from './running-app/run-steps.ts'

interface Measurement {
  readonly customers: number
  /** From the file being asked for until the last customer is compared and the checkpoint is past it. */
  readonly ms: number
  readonly cpuMs: number
  readonly rowsWritten: number
  /** What the rows that were written are of. */
  readonly written: readonly { readonly state: string; readonly code: string | null; readonly omits: boolean }[]
  readonly walBytes: number
  readonly pipeMs: number
  readonly pipeCpuMs: number
}

const rounds: Record<Form, readonly number[]> = {
  short: [10_000, 10_000, 10_000],
  full: [100_000, 100_000, 100_000, 1_000_000],
}
const standInHeapMb = { short: 4_000, full: 14_000 }
const FINISHES_WITHIN_MS = 20 * 60_000

/** Customers a second of a comparison in which nothing changed, and what it costs, beside a pipe that reads, maps and hashes only. */
export async function compare(form: Form): Promise<BenchResult> {
  const lockstep = await Lockstep.start('compare', { standInHeapMb: standInHeapMb[form] })
  try {
    const measurements: Measurement[] = []
    for (const customers of sizesOf(rounds, form)) measurements.push(await measured(lockstep, customers))
    return resultOf(measurements)
  } finally {
    await lockstep.close()
  }
}

/** Ours and the pipe over the same file, each in a process that has done nothing before. */
async function measured(lockstep: Lockstep, customers: number): Promise<Measurement> {
  const shop = await lockstep.installShop({ customers })
  await fill(lockstep, shop)
  const ours = await oursOver(lockstep, shop)
  const pipe = await pipeOver(lockstep, shop)
  await lockstep.standIns('emptyAccount', shop.account)
  return { customers, ...ours, ...pipe }
}

async function fill(lockstep: Lockstep, shop: BenchShop): Promise<void> {
  const worker = await lockstep.startWorker()
  await lockstep.standIns('connect', shop)
  await runEntered(worker, shop, 'finished', FINISHES_WITHIN_MS)
  await untilAtRest(shop)
  await worker.stop()
}

/** The run that sends identifiers, and the ids of the imports, come after the first run. */
async function untilAtRest({ domain }: BenchShop): Promise<void> {
  const waiting = sql`
    select 1 from shop where domain = ${domain} and (identifiers_asked_at is not null or exists (
      select 1 from sync_run r where r.shop = domain and r.state in ('queued', 'reading', 'delivering')))`
  while ((await rowsOf(waiting, autocommit)).length > 0) await wait(500)
}

async function oursOver(lockstep: Lockstep, shop: BenchShop) {
  const worker = await lockstep.startWorker()
  await lockstep.standIns('transfer')
  const [before] = await rowsOf<{ xid: string; wal: string }>(
    sql`select pg_current_xact_id()::text as xid, pg_current_wal_lsn()::text as wal`,
    autocommit,
  )
  const figures = processFigures(worker.pid)
  await execute(sql`update shop set comparison_asked_at = now() where domain = ${shop.domain}`, autocommit)
  const delivered = await runEntered(worker, shop, 'delivering', FINISHES_WITHIN_MS)
  const after = processFigures(worker.pid)
  const { beganAt } = await lockstep.standIns('transfer')
  const [since] = await rowsOf<{ wal: number; rows: number }>(
    sql`
    select pg_wal_lsn_diff(pg_current_wal_lsn(), ${before!.wal}::pg_lsn)::float8 as wal,
      (select count(*)::int from profile where shop = ${shop.domain} and xmin::text::bigint >= ${before!.xid}::bigint) as rows`,
    autocommit,
  )
  const written = await rowsOf<Measurement['written'][number]>(
    sql`
    select distinct state, code, omitted is not null as omits from profile
    where shop = ${shop.domain} and xmin::text::bigint >= ${before!.xid}::bigint`,
    autocommit,
  )
  await worker.stop()
  return {
    ms: delivered - beganAt!,
    cpuMs: after.cpuMs - figures.cpuMs,
    rowsWritten: since!.rows,
    written,
    walBytes: since!.wal,
  }
}

async function pipeOver(lockstep: Lockstep, { domain }: BenchShop) {
  const pipe = lockstep.startBeside('test/bench/backfill/pipe.ts')
  await wait(500) // its modules are loaded
  const before = processFigures(pipe.pid)
  const { url } = await lockstep.standIns('lastFile', domain)
  const startedAt = performance.now()
  await callsTo<typeof pipeCalls>(pipe.child)('hash', { url })
  const pipeMs = performance.now() - startedAt
  const pipeCpuMs = processFigures(pipe.pid).cpuMs - before.cpuMs
  await pipe.stop()
  return { pipeMs, pipeCpuMs }
}

function resultOf(measurements: readonly Measurement[]): BenchResult {
  const sizes = [...new Set(measurements.map(({ customers }) => customers))].sort((a, b) => a - b)
  const of = (size: number, figure: (measurement: Measurement) => number) =>
    median(measurements.filter(({ customers }) => customers === size).map(figure))
  const ratio = (size: number) => of(size, ({ ms, pipeMs }) => pipeMs / ms)
  const perCustomer = (size: number, figure: 'cpuMs' | 'pipeCpuMs') =>
    of(size, (measurement) => (measurement[figure] / measurement.customers) * 1000)
  const wal = (size: number) => of(size, ({ walBytes, customers }) => walBytes / customers)
  const rowsWritten = (size: number) => of(size, (measurement) => measurement.rowsWritten)
  return {
    columns: ['customers', 'ours /s', 'pipe /s', 'ours / pipe', 'CPU µs', 'pipe CPU µs', 'rows written', 'WAL bytes'],
    rows: sizes.map((size) => [
      size.toLocaleString('en-US'),
      of(size, ({ customers, ms }) => (customers / ms) * 1000),
      of(size, ({ customers, pipeMs }) => (customers / pipeMs) * 1000),
      ratio(size),
      perCustomer(size, 'cpuMs'),
      perCustomer(size, 'pipeCpuMs'),
      rowsWritten(size),
      wal(size),
    ]),
    targets: sizes.flatMap((size) => {
      const named = (what: string) => `${what}, ${size.toLocaleString('en-US')} customers`
      return [
        atLeast(named('ours / pipe'), 0.8, ratio(size)),
        atMost(named('CPU of the worker in µs a customer'), 30, perCustomer(size, 'cpuMs')),
        atMost(named('profile rows written'), 0, rowsWritten(size)),
        below(named('WAL bytes a customer'), 20, wal(size)),
      ]
    }),
    notes: [
      'From the file being asked for until the last customer is compared. Each in a fresh process; CPU is the process alone, without Postgres.',
      'WAL is what the whole database wrote meanwhile, the wake-ups and the runs of the job queue included.',
      ...new Set(
        measurements.flatMap(({ written }) =>
          written.map(
            ({ state, code, omits }) =>
              `Rows written are ${state}${code ? ` (${code})` : ''}${omits ? ', without a field' : ''}.`,
          ),
        ),
      ),
    ],
    measurements,
  }
}
