import { autocommit, rowsOf, sql } from './database.ts'

const MEASURED_EVERY_MS = 60_000
/** The measurement with the shortest round trip is used: the time in a slow answer may be as old as its round trip. */
const MEASUREMENTS = 3

/**
 * What the database's clock showed, in milliseconds, when this process's monotonic clock showed `at`. Null before the first measurement.
 */
let measured: { readonly database: number; readonly at: number } | null = null

/**
 * Returns the time by the database's clock, which all processes share. Use it for every time that is stored or compared with a stored one:
 * the machine's own clock may be hours off, or be set while the process runs. The machine's clock is used only in a process that never
 * called `keepTime`.
 */
export function databaseNow(): Date {
  return new Date(measured ? measured.database + (performance.now() - measured.at) : Date.now())
}

/** Measures the database's clock now, and then every minute while the process runs. The store must be open. */
export async function keepTime(): Promise<void> {
  await measure()
  // If the database is unavailable, the next measurement tries again.
  setInterval(() => void measure().catch(() => {}), MEASURED_EVERY_MS).unref()
}

async function measure(): Promise<void> {
  let quickest = Number.POSITIVE_INFINITY
  let best = measured
  for (let i = 0; i < MEASUREMENTS; i++) {
    const askedAt = performance.now()
    const [row] = await rowsOf<{ ms: number }>(
      sql`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`,
      autocommit,
    )
    const tookMs = performance.now() - askedAt
    if (tookMs < quickest) best = { database: row!.ms, at: askedAt + tookMs / 2 }
    quickest = Math.min(quickest, tookMs)
  }
  measured = best
}
