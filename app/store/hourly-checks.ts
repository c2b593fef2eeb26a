import type { HourlyCheck } from '#app/core/flow/hourly-check.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/**
 * Returns where the shop's hourly check stands, and when it is due: null while that is not scheduled. Returns null for a shop that has none:
 * its merchant did not choose it, the integration is not on, or no run has read all customers yet.
 */
export async function findHourlyCheck(
  shop: ShopDomain,
): Promise<(HourlyCheck & { readonly nextAt: Date | null }) | null> {
  const [row] = await rowsOf<Pick<rows.shop, 'hourly_since' | 'hourly_newest' | 'hourly_cursor' | 'next_hourly_at'>>(
    sql`
    select hourly_since, hourly_newest, hourly_cursor, next_hourly_at from shop
    where domain = ${shop} and status = 'on' and uninstalled_at is null and hourly_check and filled_at is not null and future_since is null`,
    autocommit,
  )
  if (!row) return null
  return {
    since: row.hourly_since,
    newest: row.hourly_newest,
    cursor: row.hourly_cursor,
    nextAt: row.next_hourly_at,
  }
}

/** Saves when the next hourly check, or its next page, is due. */
export async function scheduleHourly(shop: ShopDomain, nextAt: Date): Promise<void> {
  await execute(sql`update shop set next_hourly_at = ${nextAt} where domain = ${shop} and hourly_check`, autocommit)
}

/** Saves where the check stands after a page; with `doneAt`, that it has ended. Does nothing if it was turned off meanwhile. */
export async function saveHourlyCheck(
  shop: ShopDomain,
  { since, newest, cursor }: HourlyCheck,
  { nextAt, doneAt }: { nextAt: Date; doneAt: Date | null },
): Promise<void> {
  await execute(
    sql`
    update shop set hourly_since = ${since}, hourly_newest = ${newest}, hourly_cursor = ${cursor}, next_hourly_at = ${nextAt},
      hourly_done_at = coalesce(${doneAt}, hourly_done_at)
    where domain = ${shop} and hourly_check`,
    autocommit,
  )
}

/** Returns those of these customers that changed after they were last read, or were never read. */
export async function listOutdated<Changed extends { readonly customerId: CustomerId; readonly updatedAt: Date }>(
  shop: ShopDomain,
  changed: readonly Changed[],
): Promise<Changed[]> {
  if (changed.length === 0) return []
  const current = await rowsOf<Pick<rows.profile, 'customer_id'>>(
    sql`
    select p.customer_id
    from unnest(${changed.map((c) => c.customerId)}::bigint[], ${changed.map((c) => c.updatedAt)}::timestamptz[]) as c (customer_id, updated_at)
    join profile p on p.shop = ${shop} and p.customer_id = c.customer_id
    where p.shopify_updated_at >= c.updated_at`,
    autocommit,
  )
  const known = new Set(current.map((row) => row.customer_id))
  return changed.filter(({ customerId }) => !known.has(customerId))
}
