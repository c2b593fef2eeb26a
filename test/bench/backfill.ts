import { setTimeout as wait } from 'node:timers/promises'
import { autocommit, execute, sql } from '#app/store/database.ts'
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
  /** From the file being asked for until the last customer is handed over and written down. */
  readonly ms: number
  /** From connecting until the run is finished, Shopify's and Klaviyo's own time included. */
  readonly wholeMs: number
  readonly peakRssMb: number
  readonly medianRssMb: number
  readonly cpuMs: number
  readonly pipeMs: number
  readonly pipePeakRssMb: number
  readonly pipeCpuMs: number
}

const rounds: Record<Form, readonly number[]> = {
  short: [10_000, 30_000, 10_000, 30_000],
  full: [10_000, 100_000, 10_000, 100_000, 10_000, 100_000, 1_000_000],
}
const standInHeapMb = { short: 4_000, full: 14_000 }
const WARM_UP = 10_000
const SAMPLE_EVERY_MS = 100
const FINISHES_WITHIN_MS = 20 * 60_000
const MB = 1_000_000

/** Customers a second of a first backfill, and the memory it takes, beside a pipe that keeps nothing. */
export async function backfill(form: Form): Promise<BenchResult> {
  const lockstep = await Lockstep.start('backfill', { standInHeapMb: standInHeapMb[form] })
  try {
    await measured(lockstep, WARM_UP) // the stand-ins run their code for the first time
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
  const ours = await oursOver(lockstep, shop)
  const pipe = await pipeOver(lockstep, shop)
  return { customers, ...ours, ...pipe }
}

async function oursOver(lockstep: Lockstep, shop: BenchShop) {
  const worker = await lockstep.startWorker()
  const before = processFigures(worker.pid)
  const samples: number[] = []
  const sampling = setInterval(() => samples.push(processFigures(worker.pid).rssBytes), SAMPLE_EVERY_MS)
  await lockstep.standIns('transfer')
  const connectedAt = Date.now()
  await lockstep.standIns('connect', shop)
  const finished = await runEntered(worker, shop, 'finished', FINISHES_WITHIN_MS)
  clearInterval(sampling)
  const delivered = await runEntered(worker, shop, 'delivering', FINISHES_WITHIN_MS)
  const { beganAt } = await lockstep.standIns('transfer')
  const after = processFigures(worker.pid)
  await worker.stop()
  // The next shop's worker is not to do what is left of this one: fetching the ids, sending what waits for them.
  await execute(sql`update shop set uninstalled_at = now() where domain = ${shop.domain}`, autocommit)
  await lockstep.standIns('emptyAccount', shop.account)
  return {
    ms: delivered - beganAt!,
    wholeMs: finished - connectedAt,
    peakRssMb: after.peakRssBytes / MB,
    medianRssMb: median(samples) / MB,
    cpuMs: after.cpuMs - before.cpuMs,
  }
}

async function pipeOver(lockstep: Lockstep, { domain }: BenchShop) {
  const { account, key } = await lockstep.addAccount()
  const pipe = lockstep.startBeside('test/bench/backfill/pipe.ts')
  await wait(500) // its modules are loaded
  const before = processFigures(pipe.pid)
  await lockstep.standIns('transfer')
  const { url } = await lockstep.standIns('lastFile', domain)
  await callsTo<typeof pipeCalls>(pipe.child)('pump', { url, key })
  const { beganAt, importedAt } = await lockstep.standIns('transfer')
  const after = processFigures(pipe.pid)
  await pipe.stop()
  await lockstep.standIns('emptyAccount', account)
  return {
    pipeMs: importedAt! - beganAt!,
    pipePeakRssMb: after.peakRssBytes / MB,
    pipeCpuMs: after.cpuMs - before.cpuMs,
  }
}

function resultOf(measurements: readonly Measurement[]): BenchResult {
  const sizes = [...new Set(measurements.map(({ customers }) => customers))].sort((a, b) => a - b)
  const of = (size: number, figure: (measurement: Measurement) => number) =>
    median(measurements.filter(({ customers }) => customers === size).map(figure))
  const ratio = (size: number) => of(size, ({ ms, pipeMs }) => pipeMs / ms)
  const peak = (size: number) => of(size, ({ peakRssMb }) => peakRssMb)
  const cpuSeconds = (size: number, figure: 'cpuMs' | 'pipeCpuMs') =>
    of(size, (measurement) => (measurement[figure] / measurement.customers) * 100)
  const growth = peak(1_000_000) / peak(100_000)
  return {
    columns: [
      'customers',
      'ours /s',
      'pipe /s',
      'ours / pipe',
      'whole run s',
      'peak MB',
      'median MB',
      'pipe peak MB',
      'CPU s / 100,000',
      'pipe CPU s',
    ],
    rows: sizes.map((size) => [
      size.toLocaleString('en-US'),
      of(size, ({ customers, ms }) => (customers / ms) * 1000),
      of(size, ({ customers, pipeMs }) => (customers / pipeMs) * 1000),
      ratio(size),
      of(size, ({ wholeMs }) => wholeMs / 1000),
      peak(size),
      of(size, ({ medianRssMb }) => medianRssMb),
      of(size, ({ pipePeakRssMb }) => pipePeakRssMb),
      cpuSeconds(size, 'cpuMs'),
      cpuSeconds(size, 'pipeCpuMs'),
    ]),
    targets: [
      ...sizes.flatMap((size) => [
        atLeast(`ours / pipe, ${size.toLocaleString('en-US')} customers`, 0.6, ratio(size)),
        below(`peak memory in MB, ${size.toLocaleString('en-US')} customers`, 300, peak(size)),
      ]),
      ...(Number.isNaN(growth) ? [] : [atMost('peak memory of 1,000,000 / of 100,000 customers', 1.2, growth)]),
    ],
    notes: [
      'From the file being asked for until the last customer is handed over (ours: and written down). Each in a fresh process.',
      'The whole run begins with connecting and ends when the last import has been looked at. CPU is the process alone, without Postgres.',
    ],
    measurements,
  }
}
