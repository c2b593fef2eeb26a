import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ShopDomain, shopDomain } from '#app/core/ids.ts'
import { autocommit, rowsOf, sql } from './database.ts'

// Facts about the whole installation, for the doctor. They name no customer, and of shops only a few, which the doctor then asks about.

/** How long one statement may take, in milliseconds: less than the check that waits for it. */
const LOOK_MS = 5_000

const look = <Row extends object>(statement: ReturnType<typeof sql>) =>
  rowsOf<Row>({ ...statement, deadlineMs: LOOK_MS }, autocommit)

/** Returns the server's version as a number, such as 180004, and the time by its clock. */
export async function readServer(): Promise<{ version: number; now: Date }> {
  const [row] = await look<{ version: number; now: Date }>(
    sql`select current_setting('server_version_num')::int as version, clock_timestamp() as now`,
  )
  return row!
}

/** Whether a process has started on this database before. */
export async function hasTables(): Promise<boolean> {
  const [row] = await look<{ has: boolean }>(sql`select to_regclass('shop') is not null as has`)
  return row!.has
}

/** The names of the migrations under `dir` that the database lacks, that failed in it, and whose text differs from what was applied. */
export async function readMigrations(dir: string): Promise<{ pending: string[]; failed: string[]; changed: string[] }> {
  const [table] = await look<{ is: boolean }>(sql`select to_regclass('_prisma_migrations') is not null as is`)
  const rows = table!.is
    ? await look<{ migration_name: string; checksum: string; finished_at: Date | null }>(
        sql`select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null`,
      )
    : []
  const applied = new Map(rows.map((row) => [row.migration_name, row]))
  const found = { pending: [] as string[], failed: [] as string[], changed: [] as string[] }
  for (const entry of (await readdir(dir, { withFileTypes: true })).filter((one) => one.isDirectory())) {
    const row = applied.get(entry.name)
    const text = await readFile(join(dir, entry.name, 'migration.sql'), 'utf8')
    if (!row) found.pending.push(entry.name)
    else if (!row.finished_at) found.failed.push(entry.name)
    else if (row.checksum !== createHash('sha256').update(text).digest('hex')) found.changed.push(entry.name)
  }
  return found
}

/** Since when the change is due that could have been sent the longest ago; null if none is. */
export async function findOldestDue(now: Date): Promise<Date | null> {
  const [row] = await look<{ at: Date | null }>(
    sql`
    select min(d.not_before) as at
    from shop s join connection c on c.shop = s.domain
    cross join lateral (select m.not_before from dirty_customer m where m.shop = s.domain order by m.not_before limit 1) as d
    where s.status = 'on' and s.uninstalled_at is null and s.start_at is null and s.future_since is null
      and s.shopify_trouble is null and c.refused_at is null and d.not_before <= ${now}`,
  )
  return row?.at ?? null
}

/** Returns up to `most` shops that have the app installed, at random. */
export async function pickShops(most: number): Promise<ShopDomain[]> {
  const rows = await look<{ domain: string }>(
    sql`select domain from shop where uninstalled_at is null order by random() limit ${most}`,
  )
  return rows.map(({ domain }) => shopDomain.parse(domain))
}

/** How many shops have the app installed and are connected, and the topics that Shopify reported to any of them since an instant. */
export async function readTopicsReceived(since: Date): Promise<{ shops: number; topics: ReadonlySet<string> }> {
  const [row] = await look<{ shops: number; topics: string[] }>(
    sql`
    select count(distinct s.domain)::int as shops, coalesce(array_agg(distinct t.topic) filter (where t.topic is not null), '{}') as topics
    from shop s join connection c on c.shop = s.domain
    left join webhook_topic t on t.shop = s.domain and t.received_at > ${since}
    where s.uninstalled_at is null`,
  )
  return { shops: row!.shops, topics: new Set(row!.topics) }
}
