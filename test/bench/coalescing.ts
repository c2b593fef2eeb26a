import { setTimeout as wait } from 'node:timers/promises'
import { rowsOf, sql } from '#app/store/database.ts'
import { atMost, type BenchResult, type Form } from './report/bench-result.ts'
import { inStep } from './running-app/in-step.ts'
import { Lockstep } from './running-app/lockstep.ts'

interface Measurement {
  readonly times: number
  readonly overMs: number
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
      for (const times of TIMES) measurements.push(await measured(lockstep, times, overMs))
    return resultOf(measurements)
  } finally {
    await lockstep.close()
  }
}

async function measured(lockstep: Lockstep, times: number, overMs: number): Promise<Measurement> {
  const customers = Math.ceil(WEBHOOKS / times)
  const shop = await lockstep.installShop({ customers: Math.ceil(customers * 1.1), restoreRate: RESTORE_RATE })
  await lockstep.standIns('connect', shop)
  await inStep(shop.domain)
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
  )
  return row!.deadlocks
}

function resultOf(measurements: readonly Measurement[]): BenchResult {
  const total = ({ calls }: Measurement) => Object.values(calls).reduce((sum, count) => sum + count, 0)
  const nameOf = ({ times, overMs }: Measurement) => `${times} x${overMs === 0 ? '' : ` over ${overMs / 1000} s`}`
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
    ],
    notes: [
      'Webhooks of changes in a mixed order, sent by the stand-in Shopify to the web process; a worker drains meanwhile.',
      'Looks are questions after an import. Klaviyo keeps to its real limits; Shopify restores 2,000 points a second.',
    ],
    measurements,
  }
}
