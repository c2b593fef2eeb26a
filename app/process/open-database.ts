import { keepTime } from '#app/store/clock.ts'
import type { DatabaseConnection } from '#app/store/connection-options.ts'
import { closeStore, openStore } from '#app/store/database.ts'
import { keepEmbeddedPostgres } from '#app/store/embedded/keep-postgres.ts'
import { NoEmbeddedPostgres } from '#app/store/embedded/postgres-home.ts'
import { listUnopenedTables } from '#app/store/rekey/check-keys.ts'
import { log, wordsOf } from '#app/sync/log.ts'
import { cannotStart } from './cannot-start.ts'

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
  const database = databaseUrl === null ? await openEmbedded() : { url: databaseUrl, stop: async () => {} }
  try {
    const connection = await openStore(database.url, { connections })
    await refuseWrongKey()
    await keepTime()
    return { ...database, connection }
  } catch (error) {
    await database.stop()
    const isWrongKey = error instanceof WrongKeyError
    process.exit(cannotStart(isWrongKey ? error.message : whyNotOpen(error, databaseUrl), { mayRecover: !isWrongKey }))
  }
}

/** Starts or joins the server of this checkout. Ends the process with a sentence where there is none. */
async function openEmbedded(): Promise<Pick<OpenedDatabase, 'url' | 'stop'>> {
  const root = new URL('../..', import.meta.url).pathname
  try {
    return await keepEmbeddedPostgres({ root }, (error) =>
      error === null ? log('postgres_recovered', {}) : log('postgres_failed', { error: wordsOf(error) }),
    )
  } catch (error) {
    if (!(error instanceof NoEmbeddedPostgres)) throw error
    process.exit(cannotStart(error.message))
  }
}

/** Codes of Postgres and of Node that say the server cannot be reached, or does not let Lockstep in. */
const NOT_REACHED = /^(ECONN|ENOTFOUND|EAI_AGAIN|EHOST|ENET|ETIMEDOUT|28|3D000|57P03|53300|08)/

function whyNotOpen(error: unknown, databaseUrl: string | null): string {
  const { code = '' } = error as { code?: string }
  const isAway = NOT_REACHED.test(code) || /timeout|terminated/i.test(wordsOf(error))
  const what = databaseUrl === null ? 'The embedded database' : 'The database that DATABASE_URL names'
  if (isAway) return `${what} cannot be reached (${wordsOf(error)}): start it, or correct its address and login.`
  return `${what} cannot be used (${wordsOf(error)}).`
}

class WrongKeyError extends Error {
  override readonly name = 'WrongKeyError'
}

/** Throws a WrongKeyError if the keys do not open what is sealed in the database. */
async function refuseWrongKey(): Promise<void> {
  const unopened = await listUnopenedTables()
  if (unopened.length === 0) return
  await closeStore()
  throw new WrongKeyError(
    `ENCRYPTION_KEY is not the key of this database: it does not open what is sealed in ${unopened.join(', ')}. Set the key with which it was sealed, or name that in ENCRYPTION_KEYS, too.`,
  )
}
