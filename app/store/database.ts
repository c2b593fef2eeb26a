import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@prisma/client'
import pg from 'pg'
import { cleanText } from '#app/core/clean-text.ts'
import { migrate } from './migrate.ts'

/** Plain reads and writes. */
export let prisma: PrismaClient
let pool: pg.Pool

/** Opens the one pool of this process and brings the schema up to date. The doors call it before anything else. */
export async function openStore(url: string, { connections = 10 }: { connections?: number } = {}): Promise<void> {
  await migrate(url, new URL('../../prisma/migrations', import.meta.url).pathname)
  pool = new pg.Pool({ connectionString: url, max: connections, connectionTimeoutMillis: 5_000 })
  // A connection that breaks is replaced when next needed, and fails the statement it was busy with; unheard, its error
  // event would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
}

export async function closeStore(): Promise<void> {
  await prisma.$disconnect()
  await pool.end()
}

/** What statements run on: the pool, or the connection of a transaction. */
export interface Sql {
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<pg.QueryResult<Row>>
}

export interface Statement {
  /** Names a prepared statement: each connection plans it once. */
  readonly name?: string
  readonly text: string
  readonly values: unknown[]
}

/** A statement with its values apart from its text: sql`select … where shop = ${shop}`. */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Statement {
  return { text: strings.reduce((text, part, i) => `${text}$${i}${part}`), values }
}

/** Runs one statement, in the transaction `on` if one is given. Yields its rows. */
export async function rowsOf<Row extends pg.QueryResultRow>(statement: Statement, on: Sql = pool): Promise<Row[]> {
  return (await on.query<Row>(storable(statement))).rows
}

/** Runs one statement. Yields how many rows it touched. */
export async function execute(statement: Statement, on: Sql = pool): Promise<number> {
  return (await on.query(storable(statement))).rowCount ?? 0
}

/** A single character that Postgres does not take would fail the statement, and with it the rows of everybody else in it. */
function storable(statement: Statement): Statement {
  return { ...statement, values: statement.values.map(cleanValue) }
}

function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  return Array.isArray(value) ? value.map(cleanValue) : value
}

const DEADLOCK = '40P01'
const TRIES = 3

/**
 * Runs `work` whole or not at all. Once more when Postgres chose it to give way in a deadlock, so `work` must do nothing but
 * statements.
 */
export async function transaction<Result>(work: (on: Sql) => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await tryTransaction(work)
    } catch (error) {
      if ((error as { code?: string }).code !== DEADLOCK || tried === TRIES) throw error
    }
  }
}

async function tryTransaction<Result>(work: (on: Sql) => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true // the connection itself is what failed: nothing is left to roll back, and nobody should have it again
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** Whether the database answers just now. */
export async function isStoreUp(): Promise<boolean> {
  return rowsOf(sql`select 1`).then(
    () => true,
    () => false,
  )
}
