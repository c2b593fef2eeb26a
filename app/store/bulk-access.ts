import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
/**
 * Shopify takes the access back after 31 days without a bulk query, and must be asked to enable it again.
 * https://shopify.dev/changelog/partner-apps-must-enable-bulk-operations-before-use
 */
const KEPT_AFTER_MS = 6 * DAY_MS
/** A try that came to nothing, or whose process died, is repeated after this. */
const REPEATED_AFTER_MS = HOUR_MS
/** While Shopify refuses bulk operations, it is tried so often whether it still does. */
const REFUSED_AGAIN_AFTER_MS = DAY_MS

/** Records that a bulk query was started. The row is written once an hour at most, because every shop's runs start some. */
export async function saveBulkStarted(now: Date): Promise<void> {
  await execute(
    sql`
    insert into bulk_access (app, started_at) values ('app', ${now})
    on conflict (app) do update set started_at = excluded.started_at, refused_at = null
    where bulk_access.refused_at is not null or bulk_access.started_at is null
      or bulk_access.started_at < ${after(now, -HOUR_MS)}`,
    autocommit,
  )
}

/** Records that Shopify refuses bulk operations to the app. */
export async function saveBulkRefused(now: Date): Promise<void> {
  await execute(
    sql`
    insert into bulk_access (app, refused_at, next_try_at) values ('app', ${now}, ${after(now, REFUSED_AGAIN_AFTER_MS)})
    on conflict (app) do update set
      refused_at = coalesce(bulk_access.refused_at, excluded.refused_at), next_try_at = excluded.next_try_at`,
    autocommit,
  )
}

/** Since when Shopify refuses bulk operations to the app; null while it does not. */
export async function findBulkRefused(): Promise<Date | null> {
  const [row] = await rowsOf<Pick<rows.bulk_access, 'refused_at'>>(
    sql`select refused_at from bulk_access where app = 'app'`,
    autocommit,
  )
  return row?.refused_at ?? null
}

/**
 * Takes the start of a bulk query that only keeps the access: true for one of all processes, if none was started in the last six days, or
 * if Shopify refused the last one a day ago. An installation that has not started any is first tried after six days: until then a run has.
 */
export async function takeBulkTry(now: Date): Promise<boolean> {
  await execute(
    sql`insert into bulk_access (app, next_try_at) values ('app', ${after(now, KEPT_AFTER_MS)}) on conflict do nothing`,
    autocommit,
  )
  const taken = await execute(
    sql`
    update bulk_access set next_try_at = ${after(now, REPEATED_AFTER_MS)}
    where app = 'app' and (next_try_at is null or next_try_at <= ${now})
      and (refused_at is not null or started_at is null or started_at <= ${after(now, -KEPT_AFTER_MS)})`,
    autocommit,
  )
  return taken === 1
}

/** Returns any connected shop that Shopify answers for and that has no run open, so that none is disturbed; null if there is none. */
export async function findShopForBulk(): Promise<ShopDomain | null> {
  const [row] = await rowsOf<{ shop: string }>(
    sql`
    select s.domain as shop from shop s join connection c on c.shop = s.domain
    where s.uninstalled_at is null and s.status = 'on' and s.shopify_trouble is null and s.shopify_away_at is null
      and not exists (select 1 from sync_run r where r.shop = s.domain and r.state in ('queued', 'reading', 'delivering'))
    order by random() limit 1`,
    autocommit,
  )
  return row ? (row.shop as ShopDomain) : null
}
