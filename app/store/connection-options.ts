import pg from 'pg'

/** How long one statement may take, in milliseconds. Statements over a whole shop may take longer (WHOLE_SHOP). */
export const STATEMENT_MS = 30_000
/** How long a statement waits for a connection, or a new connection waits for the server, in milliseconds. */
const CONNECT_MS = 3_000

export interface DatabaseConnection {
  /** Options for every connection of this process: deadlines at both ends, and keep-alive probes that detect a broken network. */
  readonly options: pg.PoolConfig
  /** Whether connections are shared by a pooler such as PgBouncer. Session state cannot be relied on then. */
  readonly pooled: boolean
}

/**
 * Returns how to connect to a database. A pooler is recognised because it refuses startup settings, as PgBouncer does unless it is
 * configured to ignore all of these (https://www.pgbouncer.org/config.html#ignore_startup_parameters). Behind one, statements outside a
 * transaction have a deadline at the client only. Throws if no connection can be made.
 */
export async function connectionOptions(url: string): Promise<DatabaseConnection> {
  const options = {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
  const withSettings = {
    ...options,
    statement_timeout: STATEMENT_MS,
    lock_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    options: '-c jit=off', // our statements are short: compiling one takes longer than running it
  }
  const pooled = !(await connects(withSettings))
  return { options: pooled ? options : withSettings, pooled }
}

const PROTOCOL_VIOLATION = '08P01'

/** Returns false if the settings are refused. */
async function connects(config: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(config)
  client.on('error', () => {}) // connect() throws the same error
  try {
    await client.connect()
    return true
  } catch (error) {
    if ((error as { code?: string }).code === PROTOCOL_VIOLATION) return false
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}
