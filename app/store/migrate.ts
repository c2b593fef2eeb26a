import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** The advisory lock that `prisma migrate deploy` takes, so that we and it never run at once. */
const PRISMA_MIGRATE_LOCK = 72707369
const BETWEEN_TRIES_MS = 100

/** The first line of a migration that is run statement by statement outside a transaction; each is safe to repeat. */
const CONCURRENTLY = '-- concurrently\n'

interface AppliedMigration {
  readonly migration_name: string
  readonly checksum: string
  readonly finished_at: Date | null
}

/**
 * Applies the migrations under `dir` that the database lacks, each whole in one transaction, with the bookkeeping of
 * `prisma migrate deploy` (which takes ten seconds on the JavaScript engine). Yields the names applied; safe to run
 * twice at once. Throws when an applied migration's text was changed, or an earlier one failed.
 */
export async function migrate(connectionString: string, dir: string): Promise<string[]> {
  const db = new pg.Client({ connectionString })
  await db.connect()
  try {
    // Not waited for within a statement: an index is built concurrently only once all statements that began before are over.
    while (!(await tryLock(db))) await wait(BETWEEN_TRIES_MS)
    const done = await appliedMigrations(db)
    const applied: string[] = []
    for (const name of await migrationNames(dir)) {
      const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8')
      const checksum = createHash('sha256').update(sql).digest('hex')
      if (isApplied(done.get(name), checksum)) continue
      await applyMigration(db, { name, sql, checksum })
      applied.push(name)
    }
    return applied
  } finally {
    await db.end()
  }
}

async function tryLock(db: pg.Client): Promise<boolean> {
  const { rows } = await db.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [PRISMA_MIGRATE_LOCK])
  return rows[0]!.ours
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

async function applyMigration(
  db: pg.Client,
  migration: { name: string; sql: string; checksum: string },
): Promise<void> {
  if (migration.sql.startsWith(CONCURRENTLY)) {
    for (const statement of migration.sql.split(/(?<=;)\n/)) await db.query(statement)
    return noteApplied(db, migration)
  }
  await db.query('begin')
  try {
    await db.query(migration.sql)
    await noteApplied(db, migration)
    await db.query('commit')
  } catch (error) {
    await db.query('rollback')
    throw error
  }
}

async function noteApplied(db: pg.Client, { name, checksum }: { name: string; checksum: string }): Promise<void> {
  await db.query(
    `insert into _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
     values ($1, $2, clock_timestamp(), $3, now(), 1)`,
    [randomUUID(), checksum, name],
  )
}
