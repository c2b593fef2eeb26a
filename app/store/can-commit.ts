import { deadline } from '#app/core/deadline.ts'
import { autocommit, rowsOf, sql } from './database.ts'

const PROBE_MS = 2_000
/** Of a function that the role may not call, or that this Postgres does not have. */
const NOT_ALLOWED = ['42501', '42883']

/** `read_only`: it answers, but takes no changes, as a standby or a server set to read only. `down`: no commit within two seconds. */
export type DatabaseHealth = 'up' | 'read_only' | 'down'

/**
 * Whether a commit can be made now. It makes one: a message of no bytes in the write-ahead log, which no table holds and nothing reads. So it
 * waits for the disk, and for a synchronous standby, as the commit of a delivery does.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
 */
export async function checkCommit(): Promise<DatabaseHealth> {
  try {
    return await deadline(tryCommit(), PROBE_MS)
  } catch {
    return 'down'
  }
}

async function tryCommit(): Promise<DatabaseHealth> {
  const probe = sql`select pg_logical_emit_message(true, 'lockstep', '') where current_setting('transaction_read_only') = 'off'`
  try {
    const written = await rowsOf({ ...probe, deadlineMs: PROBE_MS }, autocommit)
    return written.length === 1 ? 'up' : 'read_only'
  } catch (error) {
    if (!NOT_ALLOWED.includes((error as { code?: string }).code ?? '')) throw error
    const [row] = await rowsOf<{ off: boolean }>(
      { ...sql`select current_setting('transaction_read_only') = 'off' as off`, deadlineMs: PROBE_MS },
      autocommit,
    )
    return row?.off ? 'up' : 'read_only'
  }
}
