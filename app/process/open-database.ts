import { keepTime } from '#app/store/clock.ts'
import type { DatabaseConnection } from '#app/store/connection-options.ts'
import { closeStore, openStore } from '#app/store/database.ts'
import { keepEmbeddedPostgres } from '#app/store/embedded/keep-postgres.ts'
import { listUnopenedTables } from '#app/store/rekey/check-keys.ts'
import { log, wordsOf } from '#app/sync/log.ts'
import { CANNOT_START } from './keep-running.ts'

export interface OpenedDatabase {
  readonly url: string
  readonly connection: DatabaseConnection
  readonly stop: () => Promise<void>
}

/**
 * Opens the store on the given database, or on the embedded one that belongs to this checkout, which is started again on the same port if
 * it dies. `connections` is how many this process opens at most, beside those of the queue. Ends the process with a sentence if what is
 * sealed in the database does not open.
 */
export async function openDatabase(
  databaseUrl: string | null,
  { connections }: { connections: number },
): Promise<OpenedDatabase> {
  const root = new URL('../..', import.meta.url).pathname
  const database =
    databaseUrl === null
      ? await keepEmbeddedPostgres({ root }, (error) =>
          error === null ? log('postgres_recovered', {}) : log('postgres_failed', { error: wordsOf(error) }),
        )
      : { url: databaseUrl, stop: async () => {} }
  const connection = await openStore(database.url, { connections })
  const unopened = await listUnopenedTables()
  if (unopened.length > 0) {
    process.stderr.write(
      `ENCRYPTION_KEY is not the key of this database: it does not open what is sealed in ${unopened.join(', ')}. Set the key with which it was sealed, or name that in ENCRYPTION_KEYS, too.\n`,
    )
    await closeStore()
    await database.stop()
    process.exit(process.connected ? CANNOT_START : 1)
  }
  await keepTime()
  return { ...database, connection }
}
