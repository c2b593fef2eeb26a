import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** The advisory lock that `prisma migrate deploy` takes, so that it and this code never run at the same time. */
const PRISMA_MIGRATE_LOCK = 72707369
/** How long a migration waits for a lock on a table, in milliseconds. Other users of the table wait behind it. */
const LOCK_TIMEOUT_MS = 3_000
const LOCK_TRIES = 20
const BETWEEN_TRIES_MS = 1_000
/** How long a process waits for another that migrates, in milliseconds. */
const MIGRATION_WAIT_MS = 30 * 60_000
const BETWEEN_TURNS_MS = 100
const CONNECT_MS = 10_000

interface AppliedMigration {
  readonly migration_name: string
  readonly checksum: string
  readonly finished_at: Date | null
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/**
 * Applies the migrations under `dir` that the database lacks, in the order of their names, with the bookkeeping of `prisma migrate deploy`
 * (which takes ten seconds on the JavaScript engine). Each runs in one transaction; a migration that is a single `create index
 * concurrently` runs outside any, while the table is in use. Returns the names applied. Safe to run twice at once, and behind a pooler.
 * Throws if the text of an applied migration was changed, an earlier one failed, or a table stayed locked.
 */
export async function migrate(connectionString: string, dir: string): Promise<string[]> {
  return withDatabase(connectionString, async (turn) => {
    const until = Date.now() + MIGRATION_WAIT_MS
    for (;;) {
      const applied = await withMigrationLock(turn, () => withDatabase(connectionString, (db) => applyMissing(db, dir)))
      if (applied) return applied
      if (Date.now() > until) throw new Error('Another process has been applying migrations for half an hour.')
      await wait(BETWEEN_TURNS_MS)
    }
  })
}

/**
 * Runs `work` unless another process migrates; returns null then. The lock belongs to a transaction, because a pooler shares sessions, and
 * ends with this process. It is tried without waiting and without parameters: both would keep a snapshot, which an index build
 * (`concurrently`) in another session would wait for.
 */
async function withMigrationLock<Result>(turn: pg.Client, work: () => Promise<Result>): Promise<Result | null> {
  return inTransaction(turn, { lockTimeoutMs: 0, idleTimeoutMs: MIGRATION_WAIT_MS }, async () => {
    const { rows } = await turn.query(`select pg_try_advisory_xact_lock(${PRISMA_MIGRATE_LOCK}) as mine`)
    return rows[0].mine ? work() : null
  })
}

async function withDatabase<Result>(url: string, work: (db: pg.Client) => Promise<Result>): Promise<Result> {
  const db = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true })
  db.on('error', () => {}) // the running statement fails, or the next one
  await db.connect()
  try {
    return await work(db)
  } finally {
    await db.end()
  }
}

async function applyMissing(db: pg.Client, dir: string): Promise<string[]> {
  const done = await appliedMigrations(db)
  const applied: string[] = []
  for (const name of await migrationNames(dir)) {
    const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8')
    const migration = { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    if (isApplied(done.get(name), migration.checksum)) continue
    await apply(db, migration)
    applied.push(name)
  }
  return applied
}

async function migrationNames(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

async function appliedMigrations(db: pg.Client): Promise<Map<string, AppliedMigration>> {
  await db.query(`create table if not exists _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0)`)
  const { rows } = await db.query<AppliedMigration>(
    'select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null',
  )
  return new Map(rows.map((row) => [row.migration_name, row]))
}

function isApplied(row: AppliedMigration | undefined, checksum: string): boolean {
  if (!row) return false
  if (!row.finished_at) throw new Error(`Migration ${row.migration_name} failed earlier: see "prisma migrate resolve"`)
  if (row.checksum !== checksum) throw new Error(`Migration ${row.migration_name} was changed after it was applied`)
  return true
}

const LOCK_NOT_AVAILABLE = '55P03'
const DEADLOCK = '40P01'

/**
 * Tries several times while other sessions hold the tables. Each try waits only briefly for a lock, because every later statement on the
 * table waits behind it.
 */
async function apply(db: pg.Client, migration: Migration): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await applyOnce(db, migration)
    } catch (error) {
      const { code = '' } = error as { code?: string }
      if (code !== LOCK_NOT_AVAILABLE && code !== DEADLOCK) throw error
      if (tried === LOCK_TRIES)
        throw new Error(
          `Migration ${migration.name} found its tables locked ${LOCK_TRIES} times. Nothing was changed. Look for long transactions in pg_stat_activity, and start again.`,
          { cause: error },
        )
    }
    await wait(BETWEEN_TRIES_MS)
  }
}

const INDEX_ALONE = /^\s*create\s+(?:unique\s+)?index\s+concurrently\s+"?(\w+)"?/i

async function applyOnce(db: pg.Client, migration: Migration): Promise<void> {
  const index = INDEX_ALONE.exec(migration.sql.replace(/^\s*--.*$/gm, ''))?.[1]
  if (!index) {
    await inTransaction(db, { lockTimeoutMs: LOCK_TIMEOUT_MS, idleTimeoutMs: MIGRATION_WAIT_MS }, async () => {
      await db.query(migration.sql)
      await noteApplied(db, migration)
    })
    return
  }
  // An interrupted try leaves an invalid index behind, which is never used.
  await db.query(`drop index concurrently if exists "${index}"`)
  await db.query(migration.sql)
  await noteApplied(db, migration)
}

async function noteApplied(db: pg.Client, { name, checksum }: Migration): Promise<void> {
  await db.query(
    `insert into _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
     values ($1, $2, clock_timestamp(), $3, now(), 1)`,
    [randomUUID(), checksum, name],
  )
}

async function inTransaction<Result>(
  db: pg.Client,
  { lockTimeoutMs, idleTimeoutMs }: { lockTimeoutMs: number; idleTimeoutMs: number },
  work: () => Promise<Result>,
): Promise<Result> {
  await db.query(`begin; set local statement_timeout = 0; set local lock_timeout = ${lockTimeoutMs};
    set local idle_in_transaction_session_timeout = ${idleTimeoutMs}`)
  try {
    const result = await work()
    await db.query('commit')
    return result
  } catch (error) {
    await db.query('rollback').catch(() => {}) // the connection broke: there is nothing to roll back
    throw error
  }
}
