import pg from 'pg'
import { migrate } from '#app/store/migrate.ts'
import type { calls } from './card/card-reader.ts'
import { type FilledShop, fillShop } from './card/filled-shop.ts'
import { openBenchDatabase } from './process/bench-database.ts'
import { callsTo, type Remote } from './process/remote-calls.ts'
import { ROOT, RunningProcess } from './process/running-process.ts'
import { type BenchResult, below, type Form } from './report/bench-result.ts'
import { median, quantile } from './report/statistics.ts'

interface Measurement {
  readonly domain: string
  readonly p50Ms: number
  readonly p95Ms: number
}

const forms = {
  short: { many: 100_000, rounds: 5, loads: 60 },
  full: { many: 1_000_000, rounds: 9, loads: 400 },
}
const FEW = 10_000
const MARKS = 100
const MANY_MARKS = 20_000

/** The card's loader over a small shop's rows and a large one's. */
export async function card(form: Form): Promise<BenchResult> {
  const { many, ...how } = forms[form]
  const shops = [shopOf(FEW, MARKS), shopOf(many, MARKS), shopOf(FEW, MANY_MARKS)]
  const database = await openBenchDatabase('card')
  let reader: RunningProcess | null = null
  try {
    await fill(database.url, shops)
    reader = new RunningProcess('test/bench/card/card-reader.ts', { env: { DATABASE_URL: database.url } })
    return resultOf(shops, await measured(callsTo<typeof calls>(reader.child), shops, how))
  } finally {
    await reader?.stop()
    await database.drop()
  }
}

function shopOf(profiles: number, marks: number): FilledShop {
  return { domain: `card-${profiles}-${marks}.myshopify.com`, profiles, marks }
}

async function fill(url: string, shops: readonly FilledShop[]): Promise<void> {
  await migrate(url, `${ROOT}prisma/migrations`)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const shop of shops) await fillShop(client, shop)
  await client.query('vacuum analyze')
  await client.end()
}

/** Short rounds in turn, so that a busy moment of the machine hits all alike. */
async function measured(
  read: Remote<typeof calls>,
  shops: readonly FilledShop[],
  { rounds, loads }: { rounds: number; loads: number },
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const { domain } of shops) await read('read', { domain, times: loads }) // warm-up
  for (let i = 0; i < rounds; i++) {
    for (const { domain } of shops) {
      const tookMs = await read('read', { domain, times: loads })
      measurements.push({ domain, p50Ms: quantile(tookMs, 0.5), p95Ms: quantile(tookMs, 0.95) })
    }
  }
  return measurements
}

function resultOf(shops: readonly FilledShop[], measurements: readonly Measurement[]): BenchResult {
  const of = (shop: FilledShop, figure: 'p50Ms' | 'p95Ms') =>
    median(measurements.filter(({ domain }) => domain === shop.domain).map((m) => m[figure]))
  const [few, many, stormy] = shops as [FilledShop, FilledShop, FilledShop]
  const manyNamed = many.profiles.toLocaleString('en-US')
  return {
    columns: ['profiles', 'changes that wait', 'p50 ms', 'p95 ms'],
    rows: shops.map((shop) => [
      shop.profiles.toLocaleString('en-US'),
      shop.marks,
      of(shop, 'p50Ms'),
      of(shop, 'p95Ms'),
    ]),
    targets: [
      below(`p95 ms, ${manyNamed} profiles`, 50, of(many, 'p95Ms')),
      below('p95 ms, with the most changes waiting that are counted, and more', 50, of(stormy, 'p95Ms')),
      below(`p50, ${manyNamed} profiles / 10,000`, 2, of(many, 'p50Ms') / of(few, 'p50Ms')),
      below(`p95, ${manyNamed} profiles / 10,000`, 2, of(many, 'p95Ms') / of(few, 'p95Ms')),
    ],
    notes: ['The profiles were synced over the last day, six in a hundred are not in step, a run is open.'],
    measurements,
  }
}
