import type { ShopDomain } from '#app/core/ids.ts'
import { findShop } from '#app/store/shops.ts'

/** How long a shop is taken for installed without being looked up again, in milliseconds. */
const REMEMBERED_MS = 60_000
const MOST_REMEMBERED = 50_000

const lookedUpAt = new Map<ShopDomain, number>()

/**
 * Whether the shop has the app installed. It may have uninstalled it within the last minute: what is stored for it then is dropped by the
 * statement that stores it.
 */
export async function isInstalled(shop: ShopDomain): Promise<boolean> {
  if (performance.now() - (lookedUpAt.get(shop) ?? Number.NEGATIVE_INFINITY) < REMEMBERED_MS) return true
  const known = await findShop(shop)
  if (!known || known.uninstalledAt) return false
  if (lookedUpAt.size >= MOST_REMEMBERED) lookedUpAt.clear()
  lookedUpAt.set(shop, performance.now())
  return true
}
