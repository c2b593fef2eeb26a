import { autocommit, closeStore, openStore, rowsOf, sql } from '#app/store/database.ts'
import { sweepOldRows } from '#app/store/retention/sweep-old-rows.ts'
import { openBenchDatabase } from './process/bench-database.ts'
import { type BenchResult, below, type Form } from './report/bench-result.ts'
import { median } from './report/statistics.ts'
import { closeShops, HOURS_A_DAY, openShops, writeDays } from './retention/write-days.ts'

const SHOPS = { short: 50, full: 5_000 }
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
/** A year, and then on until the oldest runs and hours are past their 400 days. */
const [YEAR, MONTHS, MONTH_DAYS] = [12, 14, 30]
/** Of a hundred shops, how many uninstall the app each month, and as many install it. */
const LEAVE_A_MONTH = 0.02
const SWEEPS_A_DAY = 24

interface Table {
  readonly name: string
  readonly rows: number
  readonly bytes: number
}

/** What the tables hold after a year and after fourteen months, with the worker's sweeps, and how long a sweep takes. */
export async function retention(form: Form): Promise<BenchResult> {
  const shops = SHOPS[form]
  const database = await openBenchDatabase('retention')
  try {
    await openStore(database.url)
    const start = new Date(Date.now() - MONTHS * MONTH_DAYS * DAY_MS)
    let afterAYear: Table[] = []
    for (let month = 0; month < MONTHS; month++) {
      const from = new Date(start.getTime() + month * MONTH_DAYS * DAY_MS)
      await openShops(shops, month, from)
      await writeDays({ from, days: MONTH_DAYS })
      await closeShops(Math.ceil(shops * LEAVE_A_MONTH), from)
      await sweepOften(new Date(from.getTime() + MONTH_DAYS * DAY_MS))
      if (month === YEAR - 1) afterAYear = await tablesNow()
    }
    const atTheEnd = await tablesNow()
    const tookMs = await sweepADay(new Date(start.getTime() + MONTHS * MONTH_DAYS * DAY_MS))
    return resultOf(shops, { afterAYear, atTheEnd, tookMs })
  } finally {
    await closeStore()
    await database.drop()
  }
}

const fail = (error: unknown) => {
  throw error
}

/** Sweeps of the month's last day, an hour apart, as some rules are applied once an hour. */
async function sweepOften(from: Date): Promise<void> {
  for (let sweep = 1; sweep <= SWEEPS_A_DAY; sweep++) {
    await sweepOldRows(new Date(from.getTime() + sweep * (HOUR_MS + 1_000)), fail)
  }
}

/** The sweeps of one more day, in which what was written on one day is past its time. */
async function sweepADay(from: Date): Promise<number[]> {
  await writeDays({ from, days: 1 })
  await rowsOf(sql`vacuum analyze`, autocommit)
  const tookMs: number[] = []
  for (let sweep = 1; sweep <= SWEEPS_A_DAY; sweep++) {
    const startedAt = performance.now()
    await sweepOldRows(new Date(from.getTime() + DAY_MS + sweep * (HOUR_MS + 1_000)), fail)
    tookMs.push(performance.now() - startedAt)
  }
  return tookMs
}

async function tablesNow(): Promise<Table[]> {
  const names = await rowsOf<{ name: string }>(
    sql`select table_name as name from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> '_prisma_migrations' order by 1`,
    autocommit,
  )
  const tables: Table[] = []
  for (const { name } of names) {
    const text = `select count(*)::int as rows, pg_total_relation_size('"${name}"')::float8 as bytes from "${name}"`
    const [found] = await rowsOf<{ rows: number; bytes: number }>({ text, values: [] }, autocommit)
    tables.push({ name, ...found! })
  }
  return tables
}

function resultOf(
  shops: number,
  { afterAYear, atTheEnd, tookMs }: { afterAYear: Table[]; atTheEnd: Table[]; tookMs: number[] },
): BenchResult {
  const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10
  const shown = atTheEnd.filter(({ rows }) => rows > 0).sort((a, b) => b.bytes - a.bytes)
  const before = (name: string) => afterAYear.find((table) => table.name === name)
  const all = atTheEnd.reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    columns: [`${shops.toLocaleString('en-US')} shops`, 'rows after a year', 'MB', 'rows after 14 months', 'MB'],
    rows: [
      ...shown.map(({ name, rows, bytes }) => [
        name,
        before(name)?.rows ?? 0,
        megabytes(before(name)?.bytes ?? 0),
        rows,
        megabytes(bytes),
      ]),
      ['a sweep: median ms', '', '', Math.round(median(tookMs)), ''],
      ['a sweep: longest ms', '', '', Math.round(Math.max(...tookMs)), ''],
    ],
    targets: [
      below('KB for each shop, at the end', 2_000, Math.round(all / shops / 1_000)),
      below('seconds of all sweeps of a day', 600, Math.round(tookMs.reduce((sum, ms) => sum + ms, 0) / 1_000)),
    ],
    notes: [
      `Each shop has ${HOURS_A_DAY} hours a day in which something is counted, a comparison and a read-back each night, and twenty customers: profiles grow with customers, not with time.`,
      'Of a hundred shops two uninstall the app each month, and are erased thirty days later without shop/redact.',
      'The sweeps are those of a day, one an hour: the worker has one each minute, and most rules are applied once an hour. Bytes are those on disk, with indexes and with room that is free again.',
    ],
    measurements: { afterAYear, atTheEnd, tookMs },
  }
}
