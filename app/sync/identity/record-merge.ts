import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit } from '#app/store/database.ts'
import { saveRequests } from '#app/store/outbox.ts'
import { findShop } from '#app/store/shops.ts'

/**
 * Records that Shopify merged two customers, so that their profiles are merged as well. Resolves once that is committed. Does nothing for an
 * unknown or uninstalled shop.
 */
export async function recordMerge(
  shop: ShopDomain,
  { goneId, keptId }: { goneId: CustomerId; keptId: CustomerId },
  now: Date,
): Promise<void> {
  const known = await findShop(shop)
  if (goneId === keptId || !known || known.uninstalledAt) return
  const request = { subject: goneId, payload: { keptId, tries: 0 }, holds: [goneId, keptId] }
  await saveRequests(shop, 'merge', [request], now, autocommit)
}
