import pg from 'pg'
import { migrate } from '#app/store/migrate.ts'
import type { calls } from './card/card-reader.ts'
import { fillShop } from './card/filled-shop.ts'
import { openBenchDatabase } from './process/bench-database.ts'
import { callsTo, type Remote } from './process/remote-calls.ts'
import { ROOT, RunningProcess } from './process/running-process.ts'
import { type BenchResult, below, type Form } from './report/bench-result.ts'
import { median, quantile } from './report/statistics.ts'

interface Measurement {
  readonly profiles: number
  readonly p50Ms: number
  readonly p95Ms: number
}

const forms = { short: { rounds: 5, loads: 60 }, full: { rounds: 9, loads: 400 } }
const [FEW, MANY] = [10_000, 1_000_000]

/** The card's loader over a small shop's rows and a large one's. */
export async function card(form: Form): Promise<BenchResult> {
  const database = await openBenchDatabase('card')
  let reader: RunningProcess | null = null
  try {
    const shops = await filledShops(database.url)
    reader = new RunningProcess('test/bench/card/card-reader.ts', { env: { DATABASE_URL: database.url } })
    return resultOf(await measured(callsTo<typeof calls>(reader.child), shops, forms[form]))
  } finally {
    await reader?.stop()
    await database.close()
  }
}

interface FilledShop {
  readonly domain: string
  readonly profiles: number
}

async function filledShops(url: string): Promise<FilledShop[]> {
  await migrate(url, `${ROOT}prisma/migrations`)
  const shops = [FEW, MANY].map((profiles) => ({ domain: `card-${profiles}.myshopify.com`, profiles }))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const { domain, profiles } of shops) await fillShop(client, domain, profiles)
  await client.query('vacuum analyze')
  await client.end()
  return shops
}

/** Short rounds in turn, so that a busy moment of the machine hits both alike. */
async function measured(
  read: Remote<typeof calls>,
  shops: readonly FilledShop[],
  { rounds, loads }: { rounds: number; loads: number },
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const { domain } of shops) await read('read', { domain, times: loads }) // warm-up
  for (let i = 0; i < rounds; i++) {
    for (const { domain, profiles } of shops) {
      const tookMs = await read('read', { domain, times: loads })
      measurements.push({ profiles, p50Ms: quantile(tookMs, 0.5), p95Ms: quantile(tookMs, 0.95) })
    }
  }
  return measurements
}

function resultOf(measurements: readonly Measurement[]): BenchResult {
  const of = (size: number, figure: 'p50Ms' | 'p95Ms') =>
    median(measurements.filter(({ profiles }) => profiles === size).map((m) => m[figure]))
  return {
    columns: ['profiles', 'p50 ms', 'p95 ms'],
    rows: [FEW, MANY].map((size) => [size.toLocaleString('en-US'), of(size, 'p50Ms'), of(size, 'p95Ms')]),
    targets: [
      below('p95 ms, 1,000,000 profiles', 50, of(MANY, 'p95Ms')),
      below('p95 of 1,000,000 / of 10,000 profiles', 2, of(MANY, 'p95Ms') / of(FEW, 'p95Ms')),
    ],
    notes: ['One customer in a hundred has a change waiting, the profiles were synced over the last day, a run is open.'],
    measurements,
  }
}
