import { rowsOf, sql } from './database.ts'

const MEASURED_EVERY_MS = 60_000
/** The quickest of these is believed: an answer that took long may be as old as that. */
const MEASUREMENTS = 3

/** What the database's clock showed, in milliseconds, when this process's monotonic clock showed `at`. */
let measured: { readonly database: number; readonly at: number } | null = null

/**
 * The time by the database's clock, which all processes share: for every time that is stored, or compared with a stored one. The machine's own clock may be
 * hours off, or be set meanwhile; it is used only in a process that never called `keepTime`.
 */
export function databaseNow(): Date {
  return new Date(measured ? measured.database + (performance.now() - measured.at) : Date.now())
}

/** Measures the database's clock now, and then every minute for as long as the process runs. Needs the store to be open. */
export async function keepTime(): Promise<void> {
  await measure()
  // A database that is away just now is measured at the next time.
  setInterval(() => void measure().catch(() => {}), MEASURED_EVERY_MS).unref()
}

async function measure(): Promise<void> {
  let quickest = Number.POSITIVE_INFINITY
  let best = measured
  for (let i = 0; i < MEASUREMENTS; i++) {
    const askedAt = performance.now()
    const [row] = await rowsOf<{ ms: number }>(sql`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`)
    const tookMs = performance.now() - askedAt
    if (tookMs < quickest) best = { database: row!.ms, at: askedAt + tookMs / 2 }
    quickest = Math.min(quickest, tookMs)
  }
  measured = best
}
