import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { saveCustomerMerge } from '#app/store/customer-merges.ts'

/** Records that Shopify merged two customers, so that their profiles are merged as well. Resolves once that is committed. */
export async function recordMerge(
  shop: ShopDomain,
  merge: { goneId: CustomerId; keptId: CustomerId },
  now: Date,
): Promise<void> {
  if (merge.goneId !== merge.keptId) await saveCustomerMerge(shop, merge, now)
}
