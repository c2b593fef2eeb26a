import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { saveCustomerMerge } from '#app/store/customer-merges.ts'

/** Notes that Shopify made one customer of two: so that their profiles become one as well. Resolves once that is safe. */
export async function noteMerge(
  shop: ShopDomain,
  merge: { goneId: CustomerId; keptId: CustomerId },
  now: Date,
): Promise<void> {
  if (merge.goneId !== merge.keptId) await saveCustomerMerge(shop, merge, now)
}
