import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { plainReading } from '#app/core/profile/mapped-values.ts'
import { transaction } from '#app/store/database.ts'
import { saveChoice } from '#app/store/settings.ts'
import { type BenchResult, below, type Form } from './report/bench-result.ts'
import { type Delays, delayColumns, delayRow, delaysOf } from './report/delays.ts'
import { quantile } from './report/statistics.ts'
import { inStep } from './running-app/in-step.ts'
import { type BenchShop, Lockstep } from './running-app/lockstep.ts'
import { POINTS_PROPERTY } from './stand-ins/changed-customers.ts'

const forms = { short: { changes: 40, everyMs: 100 }, full: { changes: 200, everyMs: 150 } }
const CUSTOMERS = 500
const LIMIT_MS = 2_000

/** From a loyalty app's write of a metafield, by the event, the web process and the worker, to the property in Klaviyo. */
export async function loyalty(form: Form): Promise<BenchResult> {
  const lockstep = await Lockstep.start('loyalty')
  try {
    await lockstep.startWorker()
    const shop = await lockstep.installShop({ customers: CUSTOMERS })
    await mapPoints(shop)
    await lockstep.standIns('connect', shop)
    await inStep(shop.domain)
    const trickle = { ...shop, ...forms[form], what: 'points' } as const
    const one = delaysOf('one write after another', await lockstep.standIns('trickle', trickle))
    const each = { ...trickle, everyMs: 1 }
    const many = delaysOf('a write each millisecond', await lockstep.standIns('trickle', each))
    return resultOf([one, many])
  } finally {
    await lockstep.close()
  }
}

/** What pressing "Use it" maps for a shop with Mage, as far as points go. */
async function mapPoints({ domain }: BenchShop): Promise<void> {
  const source = {
    kind: 'metafield',
    namespace: 'mage',
    key: 'loyalty',
    type: 'json',
    path: ['points_balance'],
  } as const
  const points = { on: true, name: POINTS_PROPERTY, source, reading: plainReading, meaning: 'points' } as const
  const choice = { ...defaultMapping, values: [points] }
  await transaction((on) => saveChoice(domain, 'mapping', { choice, comparedFrom: null }, on))
}

function resultOf(measurements: readonly Delays[]): BenchResult {
  return {
    columns: ['the loyalty app makes', ...delayColumns],
    rows: measurements.map(delayRow),
    targets: measurements.map(({ when, tookMs }) => below(`p95 ms, ${when}`, LIMIT_MS, quantile(tookMs, 0.95))),
    notes: [
      'From the write of one JSON metafield, whose event goes out at once, to the write of the property in Klaviyo.',
      'How long Shopify takes to send an event is not in it, nor how long a loyalty app takes to write.',
    ],
    measurements,
  }
}
