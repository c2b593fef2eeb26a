import type { RunningProcess } from './process/running-process.ts'
import { type BenchResult, below, type Form } from './report/bench-result.ts'
import { quantile } from './report/statistics.ts'
import { inStep } from './running-app/in-step.ts'
import { type BenchShop, Lockstep } from './running-app/lockstep.ts'
import type { Arrival } from './stand-ins/changed-customers.ts'

interface Measurement {
  readonly when: 'idle' | 'others backfill' | 'it and another backfill'
  readonly tookMs: readonly number[]
}

const forms = {
  short: { changes: 40, everyMs: 100, backfilled: 25_000 },
  full: { changes: 200, everyMs: 150, backfilled: 200_000 },
}
const SMALL_SHOP = 500
const BEGINS_WITHIN_MS = 60_000
const FINISHES_WITHIN_MS = 10 * 60_000

/** From a webhook to its profile in Klaviyo: at rest, and while two shops backfill at once. */
export async function freshness(form: Form): Promise<BenchResult> {
  const lockstep = await Lockstep.start('freshness', { standInHeapMb: 6_000 })
  try {
    const worker = await lockstep.startWorker()
    const small = await lockstep.installShop({ customers: SMALL_SHOP })
    await lockstep.standIns('connect', small)
    await inStep(small.domain)
    const { changes, everyMs, backfilled } = forms[form]
    const trickle = (shop: BenchShop) => lockstep.standIns('trickle', { ...shop, changes, everyMs })

    const idle = await trickle(small)
    const big = await lockstep.installShop({ customers: backfilled })
    const other = await lockstep.installShop({ customers: backfilled })
    await lockstep.standIns('connect', big)
    await lockstep.standIns('connect', other)
    await Promise.all([big, other].map((shop) => stepped(worker, shop, 'reading', BEGINS_WITHIN_MS)))
    const [inSmall, inBig] = await Promise.all([trickle(small), trickle(big)])
    const ends = await Promise.all([big, other].map((shop) => stepped(worker, shop, 'finished', FINISHES_WITHIN_MS)))
    const during = (arrivals: readonly Arrival[]) => arrivals.filter(({ sentAt }) => sentAt < Math.min(...ends))
    return resultOf([
      measurement('idle', idle),
      measurement('others backfill', during(inSmall)),
      measurement('it and another backfill', during(inBig)),
    ])
  } finally {
    await lockstep.close()
  }
}

/** When the run of a shop came to a state. */
async function stepped(
  worker: RunningProcess,
  { domain }: BenchShop,
  state: string,
  withinMs: number,
): Promise<number> {
  const isIt = (line: { event: string; shop?: unknown; state?: unknown }) =>
    line.event === 'run_stepped' && line.shop === domain && line.state === state
  return Date.parse((await worker.line(isIt, withinMs)).at!)
}

function measurement(when: Measurement['when'], arrivals: readonly Arrival[]): Measurement {
  return { when, tookMs: arrivals.map(({ tookMs }) => tookMs) }
}

function resultOf(measurements: readonly Measurement[]): BenchResult {
  const limitsMs = { idle: 1_000, 'others backfill': 3_000, 'it and another backfill': 3_000 }
  return {
    columns: ['the shop changed while', 'changes', 'p50 ms', 'p95 ms', 'longest ms'],
    rows: measurements.map(({ when, tookMs }) => [
      when,
      tookMs.length,
      quantile(tookMs, 0.5),
      quantile(tookMs, 0.95),
      Math.max(...tookMs),
    ]),
    targets: measurements.map(({ when, tookMs }) => below(`p95 ms, ${when}`, limitsMs[when], quantile(tookMs, 0.95))),
    notes: [
      'From the change, whose webhook goes out at once, to its write in Klaviyo. Changes made after a backfill had ended are left out.',
      'The stand-ins are one process: while it reads an import, it answers nobody else.',
    ],
    measurements,
  }
}
