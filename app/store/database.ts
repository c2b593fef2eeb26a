import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@prisma/client'
import pg from 'pg'
import { cleanText } from '#app/core/clean-text.ts'
import { SparseLine } from '#app/telemetry/sparse-line.ts'
import { connectionOptions, type DatabaseConnection, STATEMENT_MS } from './connection-options.ts'
import { migrate } from './migrate.ts'

const prismaWarnings = new SparseLine('prisma_warning')

/** For plain reads and writes. */
export let prisma: PrismaClient
let pool: pg.Pool
let canPrepare: boolean
/** Whether the database has Citus, so that the shops may be spread over several servers. */
export let hasCitus: boolean

/**
 * Opens the one pool of this process and applies outstanding migrations, unless `migrates` is false. Must be called before anything else uses the store. Returns how to
 * open further connections to the same database.
 */
export async function openStore(
  url: string,
  { connections = 10, migrates = true }: { connections?: number; migrates?: boolean } = {},
): Promise<DatabaseConnection> {
  if (migrates) await migrate(url, new URL('../../prisma/migrations', import.meta.url).pathname)
  const connection = await connectionOptions(url)
  canPrepare = !connection.pooled
  pool = openPool({ ...connection.options, max: connections })
  prisma = openPrisma(pool)
  hasCitus = (await rowsOf(sql`select 1 from pg_extension where extname = 'citus'`, autocommit)).length > 0
  return connection
}

/** Prisma's warnings become log lines. Its errors are thrown as well, and whoever catches them knows what they are about. */
function openPrisma(on: pg.Pool): PrismaClient {
  const opened = new PrismaClient({ adapter: new PrismaPg(on), log: [{ emit: 'event', level: 'warn' }] })
  opened.$on('warn', ({ target, message }) => prismaWarnings.say({ target, words: message.slice(0, 500) }))
  return opened as unknown as PrismaClient
}

export async function closeStore(): Promise<void> {
  await prisma.$disconnect()
  await pool.end()
}

function openPool(config: pg.PoolConfig): pg.Pool {
  const opened = new pg.Pool(config)
  const idle = new Set<pg.PoolClient>()
  // A broken connection fails the statement it was running and is replaced when a connection is next needed. Without a listener its error
  // event would end the process.
  opened.on('error', () => {})
  opened.on('connect', (client) => client.on('error', () => {}))
  opened.on('acquire', (client) => idle.delete(client))
  opened.on('remove', (client) => idle.delete(client))
  opened.on('release', (error, client) => {
    if (!error) idle.add(client)
    if (isTimeout(error)) for (const one of idle) cutOff(one)
  })
  return opened
}

/**
 * When one connection stops answering, the idle ones probably have as well: they are closed, so that the next statements get new
 * connections.
 */
function cutOff(client: pg.PoolClient): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(error: Error): void } } }
  connection.stream.destroy(new Error('silent'))
}

/** Whether a statement got no answer within its deadline. pg gives this error no code, only this message. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** What statements run on: the pool, or the connection of a transaction. */
export interface Sql {
  query<Row extends pg.QueryResultRow>(statement: TimedStatement): Promise<pg.QueryResult<Row>>
}

export interface Statement {
  /** Name of the prepared statement, which each connection plans once. Not used behind a pooler that could not carry it. */
  readonly name?: string
  readonly text: string
  readonly values: unknown[]
  /** How long it may take, in milliseconds. Default: its transaction's deadline, or STATEMENT_MS. */
  readonly deadlineMs?: number
}

interface TimedStatement extends Pick<Statement, 'name' | 'text' | 'values'> {
  /** pg gives up on the statement after this many milliseconds, and the connection is not used again. */
  readonly query_timeout?: number
}

/** Builds a statement with its values kept apart from its text: sql`select … where shop = ${shop}`. */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Statement {
  return { text: strings.reduce((text, part, i) => `${text}$${i}${part}`), values }
}

/**
 * Turns `statement`, a select, into one that returns its rows for each value of its first parameter (text). For one Postgres only:
 * on Citus a statement names one shop (decision 043).
 */
export function forEachOf(values: readonly string[], { name, text, values: [, ...others] }: Statement): Statement {
  const one = text.replace(/\$1\b/g, 'asked.value')
  return {
    ...(name && { name: `${name}_of_several` }),
    text: `select found.* from unnest($1::text[]) as asked (value) cross join lateral (${one}) as found`,
    values: [values, ...others],
  }
}

/**
 * Commits each statement by itself, on any free connection. Not for use inside a transaction: it has a connection, and as many transactions
 * as there are connections would wait for one more.
 */
export const autocommit: Sql = { query: (statement) => pool.query(statement) }

/** Runs one statement, in the transaction `on` if one is given. Returns its rows. */
export async function rowsOf<Row extends pg.QueryResultRow>(statement: Statement, on: Sql): Promise<Row[]> {
  return (await on.query<Row>(timed(statement))).rows
}

/** Runs one statement, in the transaction `on` if one is given. Returns the number of rows it changed. */
export async function execute(statement: Statement, on: Sql): Promise<number> {
  return (await on.query(timed(statement))).rowCount ?? 0
}

/** Values are cleaned first: one character that Postgres does not accept would fail the statement for all its rows. */
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
/** How long a connection whose client stopped answering in the middle of a transaction may keep its locks, in milliseconds. */
const IDLE_IN_TRANSACTION_MS = 10_000
const ROLLBACK_MS = 5_000

export interface TransactionOptions {
  /** How long each statement may take, in milliseconds. */
  readonly deadlineMs?: number
}

/** For statements that touch every row of a shop, which may have millions of customers. */
export const WHOLE_SHOP: TransactionOptions = { deadlineMs: 10 * 60_000 }

/**
 * Runs `work` in one transaction. Runs it again, up to three times in all, if Postgres aborts it to resolve a deadlock, so `work` must do
 * nothing but statements.
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
    // Set for the transaction only, so that a pooler may give the connection to another client afterwards.
    const limits = `set local statement_timeout = ${deadlineMs}; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`
    await client.query(`begin; ${limits}`)
    const result = await work(on)
    await on.query({ text: 'commit', values: [] })
    return result
  } catch (error) {
    // A connection that does not answer, or cannot roll back, is not used again.
    failure = isTimeout(error) ? error : await rollBack(client)
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

/** How many connections this process has, how many of them are not in use, and how many statements wait for one. */
export function poolUse(): { readonly total: number; readonly idle: number; readonly waiting: number } {
  return { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }
}
