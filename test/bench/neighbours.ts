import { processFigures } from './process/process-figures.ts'
import { type BenchResult, below, type Form } from './report/bench-result.ts'
import { type Delays, delayColumns, delayRow, delaysOf } from './report/delays.ts'
import { quantile } from './report/statistics.ts'
import { inStep } from './running-app/in-step.ts'
import { type BenchShop, Lockstep } from './running-app/lockstep.ts'
import { runEntered } from './running-app/run-steps.ts'

const forms = {
  short: { changes: 40, everyMs: 400 },
  full: { changes: 200, everyMs: 400 },
}
const SMALL_SHOP = 300
const KLAVIYO = { callMs: 300, importMs: 1_500 }
const BACKFILLS = { shops: 16, customers: 4_000 }
const HANGING_SHOPS = 6
const BEGINS_WITHIN_MS = 120_000
const FINISHES_WITHIN_MS = 10 * 60_000

/** From the webhook of an idle shop to its profile in Klaviyo, on one worker process, beside shops that are busy or hang. */
export async function neighbours(form: Form): Promise<BenchResult> {
  const lockstep = await Lockstep.start('neighbours', { standInHeapMb: 3_000 })
  try {
    await lockstep.standIns('slowDown', KLAVIYO)
    const worker = await lockstep.startWorker()
    const [idle, ...hanging] = await filledShops(lockstep, HANGING_SHOPS + 1)
    const { changes, everyMs } = forms[form]
    const trickle = () => lockstep.standIns('trickle', { ...idle!, changes, everyMs })

    const alone = await trickle()
    await hang(lockstep, hanging)
    const besideHanging = await trickle()
    await lockstep.standIns('answerAgain')
    await inStep(...hanging.map(({ domain }) => domain))

    const backfills = await Promise.all(
      Array.from({ length: BACKFILLS.shops }, () => lockstep.installShop({ customers: BACKFILLS.customers })),
    )
    await Promise.all(backfills.map((shop) => lockstep.standIns('connect', shop)))
    await Promise.any(backfills.map((shop) => runEntered(worker, shop, 'reading', BEGINS_WITHIN_MS)))
    const besideBackfills = await trickle()
    const ends = await Promise.all(backfills.map((shop) => runEntered(worker, shop, 'finished', FINISHES_WITHIN_MS)))
    const whileAnyRuns = besideBackfills.filter(({ sentAt }) => sentAt < Math.max(...ends))
    return resultOf(
      [
        delaysOf('the others are idle', alone),
        delaysOf('six accounts hang', besideHanging),
        delaysOf('16 shops of 4,000 backfill', whileAnyRuns),
      ],
      processFigures(worker.pid).peakRssBytes,
    )
  } finally {
    await lockstep.close()
  }
}

async function filledShops(lockstep: Lockstep, count: number): Promise<BenchShop[]> {
  const shops = await Promise.all(
    Array.from({ length: count }, () => lockstep.installShop({ customers: SMALL_SHOP, restoreRate: 1_000 })),
  )
  await Promise.all(shops.map((shop) => lockstep.standIns('connect', shop)))
  await inStep(...shops.map(({ domain }) => domain))
  return shops
}

/** Has Klaviyo hang for these shops' accounts while changes of theirs are being sent. */
async function hang(lockstep: Lockstep, shops: readonly BenchShop[]): Promise<void> {
  await lockstep.standIns(
    'hang',
    shops.map(({ account }) => account),
  )
  await Promise.all(
    shops.map(({ domain }) => lockstep.standIns('burst', { domain, customers: 20, times: 1, overMs: 0 })),
  )
  await lockstep.standIns('untilHanging', HANGING_SHOPS)
}

function resultOf(measurements: readonly Delays[], peakRssBytes: number): BenchResult {
  return {
    columns: ['an idle shop changed while', ...delayColumns],
    rows: measurements.map(delayRow),
    targets: [
      ...measurements.map(({ when, tookMs }) => below(`p95 ms, ${when}`, 3_000, quantile(tookMs, 0.95))),
      below('peak memory of the worker in MB', 400, peakRssBytes / 1e6),
    ],
    notes: [
      'One worker. Klaviyo takes 0.3 s over a call and 1.5 s over an import, which is in these times.',
      'From the change, whose webhook goes out at once, to its write in Klaviyo. Changes made after the last backfill had ended are left out.',
    ],
    measurements,
  }
}
