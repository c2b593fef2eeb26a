import type { ShopDomain } from '#app/core/ids.ts'
import { findShop } from '#app/store/shops.ts'

/** The shop's time zone, as IANA name. */
export async function loadTimeZone(shop: ShopDomain): Promise<string> {
  return (await findShop(shop))?.timeZone ?? 'UTC'
}
