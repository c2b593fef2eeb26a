import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** Work that is not done, of all shops together. */
const OPEN_WORK = `
  select (select count(*) from dirty_customer)::int as changes, (select count(*) from outbox)::int as requests,
    (select count(*) from sync_run where state in ('queued', 'reading', 'delivering'))::int as runs,
    (select count(*) from shop where comparison_asked_at is not null or identifiers_asked_at is not null)::int as asked`

export interface OpenWork {
  readonly changes: number
  readonly requests: number
  readonly runs: number
  readonly asked: number
}

const LOOK_EVERY_MS = 500
const TELL_EVERY_MS = 10_000

/** Waits until no shop has work left. Returns what is left when `withinMs` are over: zeros, unless something is stuck. */
export async function untilAtRest(
  databaseUrl: string,
  { withinMs, signal, tell }: { withinMs: number; signal: AbortSignal; tell: (left: OpenWork) => void },
): Promise<OpenWork> {
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  const until = performance.now() + withinMs
  let toldAt = performance.now()
  try {
    for (;;) {
      const left = (await db.query<OpenWork>(OPEN_WORK)).rows[0]!
      const now = performance.now()
      if (now > until || Object.values(left).every((count) => count === 0)) return left
      if (now - toldAt > TELL_EVERY_MS) {
        tell(left)
        toldAt = now
      }
      await wait(LOOK_EVERY_MS, undefined, { signal })
    }
  } finally {
    await db.end()
  }
}
