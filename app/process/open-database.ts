import { keepTime } from '#app/store/clock.ts'
import { openStore } from '#app/store/database.ts'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'

/** Opens the store on the given database, or on the embedded one that belongs to this checkout. */
export async function openDatabase(databaseUrl: string | null): Promise<{ url: string; stop: () => Promise<void> }> {
  const root = new URL('../..', import.meta.url).pathname
  const database =
    databaseUrl === null ? await startEmbeddedPostgres({ root }) : { url: databaseUrl, stop: async () => {} }
  await openStore(database.url)
  await keepTime()
  return database
}
