import type { DatabaseConnection } from '#app/store/connection-options.ts'
import { openStore } from '#app/store/database.ts'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'

export interface OpenedDatabase {
  readonly url: string
  readonly connection: DatabaseConnection
  readonly stop: () => Promise<void>
}

/** Opens the store on the given database, or on the embedded one that belongs to this checkout. */
export async function openDatabase(databaseUrl: string | null): Promise<OpenedDatabase> {
  const root = new URL('../..', import.meta.url).pathname
  const database =
    databaseUrl === null ? await startEmbeddedPostgres({ root }) : { url: databaseUrl, stop: async () => {} }
  return { ...database, connection: await openStore(database.url) }
}
