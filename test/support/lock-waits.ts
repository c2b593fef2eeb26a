import { inject } from 'vitest'
import { rowsIn } from './rows.ts'

/** Resolves once a statement of this database waits for a lock: on this server, or with Citus on any of its servers. */
export async function waitingForLock(databaseUrl: string): Promise<void> {
  const waiting = inject('isDistributed')
    ? 'select 1 from citus_lock_waits'
    : `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  while ((await rowsIn(databaseUrl, waiting)).length === 0);
}
