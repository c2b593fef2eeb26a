import { type BenchResult, below, type Form } from './report/bench-result.ts'
import { type Delays, delayColumns, delayRow, delaysOf } from './report/delays.ts'
import { quantile } from './report/statistics.ts'
import { inStep } from './running-app/in-step.ts'
import { type BenchShop, Lockstep } from './running-app/lockstep.ts'
import { runEntered } from './running-app/run-steps.ts'
import type { Arrival } from './stand-ins/changed-customers.ts'

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
    await Promise.all([big, other].map((shop) => runEntered(worker, shop, 'reading', BEGINS_WITHIN_MS)))
    const [inSmall, inBig] = await Promise.all([trickle(small), trickle(big)])
    const ends = await Promise.all([big, other].map((shop) => runEntered(worker, shop, 'finished', FINISHES_WITHIN_MS)))
    const during = (arrivals: readonly Arrival[]) => arrivals.filter(({ sentAt }) => sentAt < Math.min(...ends))
    return resultOf([
      delaysOf('idle', idle),
      delaysOf('others backfill', during(inSmall)),
      delaysOf('it and another backfill', during(inBig)),
    ])
  } finally {
    await lockstep.close()
  }
}

function resultOf(
  measurements: readonly Delays<'idle' | 'others backfill' | 'it and another backfill'>[],
): BenchResult {
  const limitsMs = { idle: 1_000, 'others backfill': 3_000, 'it and another backfill': 3_000 }
  return {
    columns: ['the shop changed while', ...delayColumns],
    rows: measurements.map(delayRow),
    targets: measurements.map(({ when, tookMs }) => below(`p95 ms, ${when}`, limitsMs[when], quantile(tookMs, 0.95))),
    notes: [
      'From the change, whose webhook goes out at once, to its write in Klaviyo. Changes made after a backfill had ended are left out.',
      'The stand-ins are one process: while it reads an import, it answers nobody else.',
    ],
    measurements,
  }
}
