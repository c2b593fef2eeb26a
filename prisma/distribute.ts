import pg from 'pg'
import { migrate } from '#app/store/migrate.ts'
import { TABLES_OF_A_SHOP } from '#app/store/shops.ts'

/** Why tables stay where they are, on the server that the app connects to. */
export const notDistributed: Readonly<Record<string, string>> = {
  Session: "Shopify's library looks sessions up by their id alone",
  klaviyo_revocation: 'a grant belongs to an account, which several shops may share',
  operator_fault: 'a fault of the installation belongs to no shop',
  bulk_access: 'access to bulk operations belongs to the app, not to a shop',
  klaviyo_budget: 'an allowance belongs to an account, which several shops may share',
}

/** The tables that are distributed, and the column that names the shop. The first is the one with which the others are placed. */
export const distributedTables: readonly { readonly table: string; readonly column: string }[] = [
  { table: 'shop', column: 'domain' },
  ...TABLES_OF_A_SHOP.filter((table) => table !== '"Session"').map((table) => ({ table, column: 'shop' })),
]

/**
 * Applies outstanding migrations, and distributes the tables by shop over the servers of a Citus cluster: all rows of a shop are on one
 * server. Tables that are distributed already are left alone, so that it may be run again, and continues where it was interrupted. The app
 * must not run meanwhile. Calls `report` with a sentence for each thing done. Returns false, and changes nothing, if this Postgres has no
 * Citus. `shards` is into how many parts the shops are divided; default: what the server says.
 */
export async function distribute(
  url: string,
  { report, shards }: { report: (sentence: string) => void; shards?: number },
): Promise<boolean> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  try {
    if (!(await isCitusAvailable(db))) {
      report(
        'This Postgres has no Citus: nothing was changed. All shops stay on one server, which is all the app needs.',
      )
      return false
    }
    await db.query('create extension if not exists citus')
    await migrate(url, new URL('migrations', import.meta.url).pathname)
    if (shards !== undefined) await db.query(`set citus.shard_count = ${shards}`)
    await distributeTables(db, report)
    return true
  } finally {
    await db.end()
  }
}

/** Whether Citus is installed on the server, in this database or not. */
export async function isCitusAvailable(db: pg.Client): Promise<boolean> {
  return (await db.query(`select 1 from pg_available_extensions where name = 'citus'`)).rows.length > 0
}

async function distributeTables(db: pg.Client, report: (sentence: string) => void): Promise<void> {
  const done = await listDistributed(db)
  const first = distributedTables[0]!.table
  for (const { table, column } of distributedTables) {
    if (done.has(table)) {
      report(`${table}: distributed already.`)
      continue
    }
    const place = table === first ? '' : `, colocate_with => '${first}'`
    await db.query(`select create_distributed_table('${table}', '${column}'${place})`)
    // The rows were copied to the shards. Those that are left behind would never be seen again.
    await db.query(`select truncate_local_data_after_distributing_table('${table}')`)
    report(`${table}: distributed by ${column}.`)
  }
  for (const [table, why] of Object.entries(notDistributed)) report(`${table}: not distributed, because ${why}.`)
}

async function listDistributed(db: pg.Client): Promise<Set<string>> {
  const { rows } = await db.query<{ name: string }>(
    `select c.relname as name from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid where p.partmethod = 'h'`,
  )
  return new Set(rows.map((row) => row.name))
}
