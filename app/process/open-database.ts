import { keepTime } from '#app/store/clock.ts'
import type { DatabaseConnection } from '#app/store/connection-options.ts'
import { openStore } from '#app/store/database.ts'
import { keepEmbeddedPostgres } from '#app/store/embedded/keep-postgres.ts'
import { log, wordsOf } from '#app/sync/log.ts'

export interface OpenedDatabase {
  readonly url: string
  readonly connection: DatabaseConnection
  readonly stop: () => Promise<void>
}

/**
 * Opens the store on the given database, or on the embedded one that belongs to this checkout, which is started again on the same port if
 * it dies. `connections` is how many this process opens at most, beside those of the queue.
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
  await keepTime()
  return { ...database, connection }
}
