import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@prisma/client'
import pg from 'pg'
import { cleanText } from '#app/core/clean-text.ts'
import { deadline } from '#app/core/deadline.ts'
import { connectionOptions, type DatabaseConnection, STATEMENT_MS } from './connection-options.ts'
import { migrate } from './migrate.ts'

/** Plain reads and writes. */
export let prisma: PrismaClient
let pool: pg.Pool
let canPrepare: boolean

/**
 * Opens the one pool of this process and brings the schema up to date. The doors call it before anything else. Returns how others are to
 * connect to the same database.
 */
export async function openStore(
  url: string,
  { connections = 10 }: { connections?: number } = {},
): Promise<DatabaseConnection> {
  await migrate(url, new URL('../../prisma/migrations', import.meta.url).pathname)
  const connection = await connectionOptions(url)
  canPrepare = !connection.pooled
  pool = openPool({ ...connection.options, max: connections })
  prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  return connection
}

export async function closeStore(): Promise<void> {
  await prisma.$disconnect()
  await pool.end()
}

function openPool(config: pg.PoolConfig): pg.Pool {
  const opened = new pg.Pool(config)
  const idle = new Set<pg.PoolClient>()
  // A connection that breaks is replaced when next needed, and fails the statement it was busy with; unheard, its error
  // event would end the process.
  opened.on('error', () => {})
  opened.on('connect', (client) => client.on('error', () => {}))
  opened.on('acquire', (client) => idle.delete(client))
  opened.on('remove', (client) => idle.delete(client))
  opened.on('release', (error, client) => {
    if (!error) idle.add(client)
    if (isSilence(error)) for (const one of idle) cutOff(one)
  })
  return opened
}

/** When one connection falls silent, the idle ones probably have as well: the next statements get new connections. */
function cutOff(client: pg.PoolClient): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(error: Error): void } } }
  connection.stream.destroy(new Error('silent'))
}

/** Whether a statement got no answer within its deadline. These words are all that pg says of it. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** What statements run on: the pool, or the connection of a transaction. */
export interface Sql {
  query<Row extends pg.QueryResultRow>(statement: TimedStatement): Promise<pg.QueryResult<Row>>
}

export interface Statement {
  /** Names a prepared statement: each connection plans it once. Left out where a pooler could not carry it. */
  readonly name?: string
  readonly text: string
  readonly values: unknown[]
  /** How long it may take, in milliseconds; STATEMENT_MS, or what its transaction says, if left out. */
  readonly deadlineMs?: number
}

interface TimedStatement extends Pick<Statement, 'name' | 'text' | 'values'> {
  /** pg gives up on the statement after so many milliseconds, and the connection is not used again. */
  readonly query_timeout?: number
}

/** A statement with its values apart from its text: sql`select … where shop = ${shop}`. */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Statement {
  return { text: strings.reduce((text, part, i) => `${text}$${i}${part}`), values }
}

/** Runs one statement, in the transaction `on` if one is given. Yields its rows. */
export async function rowsOf<Row extends pg.QueryResultRow>(statement: Statement, on: Sql = pool): Promise<Row[]> {
  return (await on.query<Row>(timed(statement))).rows
}

/** Runs one statement. Yields how many rows it touched. */
export async function execute(statement: Statement, on: Sql = pool): Promise<number> {
  return (await on.query(timed(statement))).rowCount ?? 0
}

/** A single character that Postgres does not take would fail the statement, and with it the rows of everybody else in it. */
function timed({ name, text, values, deadlineMs }: Statement): TimedStatement {
  return {
    ...(name !== undefined && canPrepare && { name }),
    text,
    values: values.map(cleanValue),
    ...(deadlineMs !== undefined && { query_timeout: deadlineMs }),
  }
}

function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  return Array.isArray(value) ? value.map(cleanValue) : value
}

const DEADLOCK = '40P01'
const TRIES = 3
/** A connection whose client fell silent in the middle of a transaction keeps its locks no longer than this. */
const IDLE_IN_TRANSACTION_MS = 10_000
const ROLLBACK_MS = 5_000

export interface TransactionOptions {
  /** How long each statement may take, in milliseconds, for those that touch all of a shop's rows. */
  readonly deadlineMs?: number
}

/** For statements that touch every row of a shop, which may have millions of customers. */
export const WHOLE_SHOP: TransactionOptions = { deadlineMs: 10 * 60_000 }

/**
 * Runs `work` whole or not at all. Once more when Postgres chose it to give way in a deadlock, so `work` must do nothing but
 * statements.
 */
export async function transaction<Result>(
  work: (on: Sql) => Promise<Result>,
  { deadlineMs = STATEMENT_MS }: TransactionOptions = {},
): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await tryTransaction(work, deadlineMs)
    } catch (error) {
      if ((error as { code?: string }).code !== DEADLOCK || tried === TRIES) throw error
    }
  }
}

async function tryTransaction<Result>(work: (on: Sql) => Promise<Result>, deadlineMs: number): Promise<Result> {
  const client = await pool.connect()
  const on: Sql = { query: (statement) => client.query({ query_timeout: deadlineMs, ...statement }) }
  let failure: unknown
  try {
    // Local to the transaction, so that a pooler may give the connection to another client afterwards.
    const limits = `set local statement_timeout = ${deadlineMs}; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`
    await client.query(`begin; ${limits}`)
    const result = await work(on)
    await on.query({ text: 'commit', values: [] })
    return result
  } catch (error) {
    // A connection that is silent, or does not even roll back, is not used again.
    failure = isSilence(error) ? error : await rollBack(client)
    throw error
  } finally {
    client.release(failure as Error | undefined)
  }
}

/** Returns the error if the connection could not roll back. */
async function rollBack(client: pg.PoolClient): Promise<unknown> {
  try {
    await client.query({ text: 'rollback', query_timeout: ROLLBACK_MS } as pg.QueryConfig)
  } catch (error) {
    return error
  }
}

const HEALTH_MS = 2_000

/** Whether the database answers just now, within two seconds. */
export async function isStoreUp(): Promise<boolean> {
  const answered = rowsOf({ ...sql`select 1`, deadlineMs: HEALTH_MS })
  return deadline(answered, HEALTH_MS).then(
    () => true,
    () => false,
  )
}
