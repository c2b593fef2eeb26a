import { setTimeout as wait } from 'node:timers/promises'
import { autocommit, rowsOf, sql } from '#app/store/database.ts'
import { atMost, type BenchResult, type Form } from './report/bench-result.ts'
import { inStep } from './running-app/in-step.ts'
import { type BenchShop, Lockstep } from './running-app/lockstep.ts'

interface Measurement {
  readonly times: number
  readonly overMs: number
  /** The shop's first full sync went on meanwhile. */
  readonly beside: boolean
  readonly customers: number
  readonly webhooks: number
  readonly sentMs: number
  readonly inStepMs: number
  readonly calls: Readonly<Record<string, number>>
  readonly outOfStep: number
  /** In which Postgres let somebody wait a second. */
  readonly deadlocks: number
}

const WEBHOOKS = 1_000
const TIMES = [1, 3, 10]
const BESIDE = { customers: 8_000 }
/** Postgres' sessions hand their counts in once a second. */
const STATISTICS_LATE_MS = 1_000
/** All at once; with --full also spread over a while, when most customers change again after they were pushed. */
const spreadsMs = { short: [0], full: [0, 10_000] }
// Shopify's largest plan: what is counted is Klaviyo's calls, not the wait for Shopify's points.
const RESTORE_RATE = 2_000

/** Klaviyo calls for 1,000 webhooks, when customers change once and several times. */
export async function coalescing(form: Form): Promise<BenchResult> {
  const lockstep = await Lockstep.start('coalescing')
  try {
    await lockstep.startWorker()
    const measurements: Measurement[] = []
    for (const overMs of spreadsMs[form])
      for (const times of TIMES) measurements.push(await measured(lockstep, { times, overMs }))
    measurements.push(await measuredBesideRun(lockstep))
    return resultOf(measurements)
  } finally {
    await lockstep.close()
  }
}

async function measured(lockstep: Lockstep, spread: { times: number; overMs: number }): Promise<Measurement> {
  const customers = Math.ceil(WEBHOOKS / spread.times)
  const shop = await lockstep.installShop({ customers: Math.ceil(customers * 1.1), restoreRate: RESTORE_RATE })
  await lockstep.standIns('connect', shop)
  await inStep(shop.domain)
  return changed(lockstep, shop, { ...spread, customers, beside: false })
}

/** 200 changes a second while the shop is filled for the first time: intake and both kinds of batches write to the same rows. */
async function measuredBesideRun(lockstep: Lockstep): Promise<Measurement> {
  const shop = await lockstep.installShop({ customers: BESIDE.customers, restoreRate: RESTORE_RATE })
  await lockstep.standIns('connect', shop)
  return changed(lockstep, shop, { customers: 1_000, times: 2, overMs: 10_000, beside: true })
}

async function changed(
  lockstep: Lockstep,
  shop: BenchShop,
  { times, overMs, customers, beside }: Pick<Measurement, 'times' | 'overMs' | 'customers' | 'beside'>,
): Promise<Measurement> {
  const before = await lockstep.standIns('callsOf', shop.account)
  const deadlocksBefore = await deadlocksSoFar()
  const startedAt = performance.now()
  const sent = await lockstep.standIns('burst', { domain: shop.domain, customers, times, overMs })
  await inStep(shop.domain)
  const inStepMs = performance.now() - startedAt
  const after = await lockstep.standIns('callsOf', shop.account)
  const calls = Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]))
  const outOfStep = await lockstep.standIns('outOfStep', shop)
  const deadlocks = (await deadlocksSoFar()) - deadlocksBefore
  return {
    times,
    overMs,
    beside,
    customers,
    webhooks: sent.webhooks,
    sentMs: sent.tookMs,
    inStepMs,
    calls,
    outOfStep,
    deadlocks,
  }
}

async function deadlocksSoFar(): Promise<number> {
  await wait(STATISTICS_LATE_MS)
  const [row] = await rowsOf<{ deadlocks: number }>(
    sql`select deadlocks::int from pg_stat_database where datname = current_database()`,
    autocommit,
  )
  return row!.deadlocks
}

function resultOf(measurements: readonly Measurement[]): BenchResult {
  const total = ({ calls }: Measurement) => Object.values(calls).reduce((sum, count) => sum + count, 0)
  const nameOf = ({ times, overMs, beside }: Measurement) =>
    `${times} x${overMs === 0 ? '' : ` over ${overMs / 1000} s`}${beside ? `, filling ${BESIDE.customers}` : ''}`
  return {
    columns: [
      'changed',
      'customers',
      'webhooks',
      'sent in s',
      'in step in s',
      'upserts',
      'imports',
      'looks',
      'calls',
      'deadlocks',
    ],
    rows: measurements.map((m) => {
      const upserts = m.calls.create_or_update_profile ?? 0
      const imports = m.calls.bulk_import_profiles ?? 0
      const looks = total(m) - upserts - imports
      const seconds = [m.sentMs / 1000, m.inStepMs / 1000]
      return [nameOf(m), m.customers, m.webhooks, ...seconds, upserts, imports, looks, total(m), m.deadlocks]
    }),
    targets: [
      ...measurements
        .filter(({ overMs }) => overMs === 0)
        .map((m) => atMost(`Klaviyo calls, each customer changed ${m.times} x`, m.customers, total(m))),
      atMost(
        'changed customers whose profile is not the newest',
        0,
        measurements.reduce((sum, { outOfStep }) => sum + outOfStep, 0),
      ),
      atMost(
        'deadlocks',
        0,
        measurements.reduce((sum, { deadlocks }) => sum + deadlocks, 0),
      ),
    ],
    notes: [
      'Webhooks of changes in a mixed order, sent by the stand-in Shopify to the web process; a worker drains meanwhile.',
      'Looks are questions after an import. Klaviyo keeps to its real limits; Shopify restores 2,000 points a second.',
    ],
    measurements,
  }
}
