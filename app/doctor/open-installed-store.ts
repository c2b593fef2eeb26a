import { openStore } from '#app/store/database.ts'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'

/** More than the statements that the checks make at once. */
const CONNECTIONS = 6

/** Opens the database as it is: no migration is applied. The embedded one is joined, or started for as long as the doctor runs. */
export async function openInstalledStore(databaseUrl: string | null): Promise<void> {
  const root = new URL('../..', import.meta.url).pathname
  const url = databaseUrl ?? (await startEmbeddedPostgres({ root })).url
  await openStore(url, { connections: CONNECTIONS, migrates: false })
}
