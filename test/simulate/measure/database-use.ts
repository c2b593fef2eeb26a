import { autocommit, rowsOf, sql } from '#app/store/database.ts'
import { postgresCpuMs } from '#test/bench/process/postgres-cpu.ts'

/** What the database has used up so far. */
export interface DatabaseUse {
  readonly cpuMs: number
  /** A position, of which differences are bytes. */
  readonly walBytes: number
  /** All tables and their indexes. */
  readonly tableBytes: number
}

/** Looks at the database that the store is open on, whose server runs on this machine (Linux). */
export async function databaseUse(): Promise<DatabaseUse> {
  const [row] = await rowsOf<{ pid: number; wal: number; tables: number }>(
    sql`
    select pg_backend_pid() as pid, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as wal,
      (select sum(pg_total_relation_size(relid))::float8 from pg_stat_user_tables where schemaname = 'public') as tables`,
    autocommit,
  )
  return { cpuMs: postgresCpuMs(row!.pid), walBytes: row!.wal, tableBytes: row!.tables }
}

const PROBE_ROWS = 10_000

/** Bytes of a row with its part of all indexes: by ten thousand rows like the first for which `such` holds, each of another shop. */
export async function bytesOfRow(table: string, such = 'true'): Promise<number> {
  const run = (text: string) => rowsOf<{ bytes: number }>({ text, values: [] }, autocommit)
  const own = table === 'shop' ? 'domain' : table === 'Session' ? 'id' : 'shop'
  await run(`create table probe (like "${table}" including all)`)
  try {
    await run(`
      insert into probe select made.* from (select * from "${table}" where ${such} limit 1) r
      cross join generate_series(1, ${PROBE_ROWS}) i
      cross join lateral jsonb_populate_record(
        null::"${table}", to_jsonb(r) || jsonb_build_object('${own}', 'shop-' || i || '.myshopify.com')) made`)
    const [size] = await run(`select pg_total_relation_size('probe')::float8 as bytes`)
    return size!.bytes / PROBE_ROWS
  } finally {
    await run('drop table probe')
  }
}
