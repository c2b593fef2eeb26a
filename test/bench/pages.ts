import pg from 'pg'
import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { migrate } from '#app/store/migrate.ts'
import { fillLists } from './pages/filled-lists.ts'
import type { calls } from './pages/page-reader.ts'
import { openBenchDatabase } from './process/bench-database.ts'
import { callsTo, type Remote } from './process/remote-calls.ts'
import { ROOT, RunningProcess } from './process/running-process.ts'
import { type BenchResult, below, type Form } from './report/bench-result.ts'
import { quantile } from './report/statistics.ts'

const forms = {
  short: { profiles: 100_000, times: 10 },
  full: { profiles: 1_000_000, times: 40 },
}
const DOMAIN = 'pages.myshopify.com'
/** More than are counted, and an import as large as one can be. */
const WAITING = { marks: 20_000, carried: 10_000 }
const MUST_BE_MS = 100

const lists: readonly UnsyncedReason[] = [
  'in_sync',
  'waiting',
  'left_out',
  'rules',
  'rule_tags',
  'future_only',
  'already_in_klaviyo',
  'limit',
  'no_email',
  'invalid_email',
  'other',
  'profile_refused',
  'omitted',
  'resolved',
]

/** Every list of the customers page, its counts, one customer, and Lockstep's part of a search. */
export async function pages(form: Form): Promise<BenchResult> {
  const { profiles, times } = forms[form]
  const database = await openBenchDatabase('pages')
  let reader: RunningProcess | null = null
  try {
    await migrate(database.url, `${ROOT}prisma/migrations`)
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      await fillLists(client, { domain: DOMAIN, profiles, ...WAITING })
      await client.query('vacuum analyze')
    } finally {
      await client.end()
    }
    reader = new RunningProcess('test/bench/pages/page-reader.ts', { env: { DATABASE_URL: database.url } })
    return resultOf(profiles, await measured(callsTo<typeof calls>(reader.child), times))
  } finally {
    await reader?.stop()
    await database.drop()
  }
}

interface Measurement {
  readonly what: string
  readonly tookMs: readonly number[]
}

async function measured(read: Remote<typeof calls>, times: number): Promise<Measurement[]> {
  const asked = { domain: DOMAIN, times }
  await read('readCounts', asked) // warm-up
  const all: Measurement[] = []
  for (const reason of lists) {
    await read('readList', { domain: DOMAIN, times: 1, reason })
    all.push({ what: `list ${reason}`, tookMs: await read('readList', { ...asked, reason }) })
  }
  all.push({ what: 'the counts of the tabs', tookMs: await read('readCounts', { ...asked, times: times * 5 }) })
  all.push({ what: 'one customer', tookMs: await read('readCustomer', { ...asked, times: times * 5 }) })
  all.push({ what: 'a search, without Shopify', tookMs: await read('readSearch', { ...asked, times: times * 5 }) })
  return all
}

function resultOf(profiles: number, all: readonly Measurement[]): BenchResult {
  const p95 = ({ tookMs }: Measurement) => quantile([...tookMs], 0.95)
  return {
    columns: ['page', 'loads', 'p50 ms', 'p95 ms', 'longest ms'],
    rows: all.map((one) => [
      one.what,
      one.tookMs.length,
      quantile([...one.tookMs], 0.5),
      p95(one),
      Math.max(...one.tookMs),
    ]),
    targets: all.map((one) => below(`p95 ms, ${one.what}`, MUST_BE_MS, p95(one))),
    notes: [
      `${profiles.toLocaleString('en-US')} profiles, 20,000 changes waiting, an import of 10,000 open.`,
      'Each list in both orders: the first page, the next, back, and pages after and before a place anywhere in it.',
    ],
    measurements: all,
  }
}
