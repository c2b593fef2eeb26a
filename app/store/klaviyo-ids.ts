import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import { hasRequests, saveRequests } from './outbox.ts'

/**
 * Requests the Klaviyo ids of the profiles that an import wrote, if it carries a customer whose id is unknown (`awaitsIds`), or may carry
 * one that was erased meanwhile.
 */
export async function requestKlaviyoIds(
  shop: ShopDomain,
  { klaviyoJob, awaitsIds, now }: { klaviyoJob: string; awaitsIds: boolean; now: Date },
  on: Sql,
): Promise<void> {
  if (!awaitsIds && !(await hasRequests(shop, 'erase', on))) return
  await saveRequests(shop, 'fetch_ids', [{ subject: klaviyoJob, payload: { next: null } }], now, on)
}

/** Returns the Klaviyo ids of these customers' profiles; a customer without one is not in the map. */
export async function findKlaviyoIds(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<Map<CustomerId, string>> {
  const rows = await rowsOf<{ customer_id: string; klaviyo_id: string }>(
    sql`select customer_id, klaviyo_id from profile
        where shop = ${shop} and customer_id = any(${customerIds}::bigint[]) and klaviyo_id is not null`,
    on,
  )
  return new Map(rows.map((row) => [row.customer_id as CustomerId, row.klaviyo_id]))
}

/** Saves the Klaviyo ids of these customers' profiles, where they are unknown. */
export async function saveKlaviyoIds(
  shop: ShopDomain,
  profiles: readonly { readonly customerId: CustomerId; readonly klaviyoId: string }[],
  on: Sql,
): Promise<void> {
  await execute(
    sql`update profile p set klaviyo_id = l.klaviyo_id, sent_to = null
        from unnest(${profiles.map((one) => one.customerId)}::bigint[], ${profiles.map((one) => one.klaviyoId)}::text[])
          as l (customer_id, klaviyo_id)
        where p.shop = ${shop} and p.customer_id = l.customer_id and p.klaviyo_id is null`,
    on,
  )
}
