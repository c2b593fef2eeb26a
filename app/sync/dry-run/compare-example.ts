import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { LiveCustomer } from '#app/core/report/customer-view.ts'
import { findDryRun } from '#app/store/dry-runs.ts'
import { compareCustomer } from '../report/compare-customer.ts'

/** Reads a customer from Shopify and its profile from Klaviyo, and compares them by the choices that the last dry run played. */
export async function compareExample(shop: ShopDomain, customerId: CustomerId, now: Date): Promise<LiveCustomer> {
  const dry = await findDryRun(shop)
  return compareCustomer(shop, customerId, now, dry ? { ...dry.choices, heldSources: dry.held } : {})
}
