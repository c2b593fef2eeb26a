import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql, transaction, WHOLE_SHOP } from './database.ts'
import { forgetLoyalty } from './loyalty-values.ts'
import { forgetRequests } from './outbox.ts'
import { countingProfiles, deleteCounts, recountProfiles } from './profile-counts.ts'
import { forgetRepairs } from './profile-repairs.ts'
import { lockProfiles } from './shops.ts'

/**
 * Deletes the rows of deleted customers, unless a run is open that could have read them before they were deleted. A row whose profile is
 * known is kept: the next customer with that address takes the profile over, and what this one was sent is cleared from it.
 */
export async function deleteGone(shop: ShopDomain): Promise<void> {
  const rows = await rowsOf<{ customer_id: string }>(
    sql`
    select customer_id from profile where shop = ${shop} and state = 'gone' and klaviyo_id is null
      and not exists (select 1 from sync_run r where r.shop = ${shop} and r.state in ('queued', 'reading', 'delivering', 'paused'))`,
    autocommit,
  )
  if (rows.length === 0) return
  const ids = rows.map((row) => row.customer_id as CustomerId)
  const deletion = sql`delete from profile where shop = ${shop} and customer_id = any(${ids}::bigint[]) and state = 'gone' and klaviyo_id is null`
  await transaction((on) => countingProfiles(shop, ids, () => execute(deletion, on), on), WHOLE_SHOP)
}

/**
 * Resets the state of every customer of a shop, and what counts as delivered. The names of the fields are kept: what was delivered and no
 * longer exists must still be cleared. The Klaviyo ids are kept too: without them a changed address would create a second profile.
 */
export async function forgetProfiles(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await lockProfiles(shop, on)
  await execute(
    sql`update profile set state = 'forgotten', code = null, words = null, conflicts_with = null, hash = null, request = null,
          shopify_updated_at = null, synced_at = null, omitted = null, list_change = null, issue_since = null, resolved_code = null, resolved_at = null
        where shop = ${shop} and state <> 'gone'`,
    on,
  )
  await execute(sql`update shop set filled_at = null where domain = ${shop}`, on)
  await recountProfiles(shop, now, on)
  await forgetLoyalty(shop, on)
}

/** Deletes every customer's row of a shop, because the rows are about an account that is no longer connected. */
export async function deleteAllProfiles(shop: ShopDomain, on: Sql): Promise<void> {
  await lockProfiles(shop, on)
  await execute(sql`delete from profile where shop = ${shop}`, on)
  await deleteCounts(shop, on)
  await forgetIdentities(shop, on)
  await forgetRepairs(shop, on)
}

/** Deletes outstanding work for profiles that are reset or deleted: ids to fetch, lists to join, events to send. */
async function forgetIdentities(shop: ShopDomain, on: Sql): Promise<void> {
  await forgetRequests(shop, ['fetch_ids', 'merge'], on)
  await forgetLoyalty(shop, on)
}
