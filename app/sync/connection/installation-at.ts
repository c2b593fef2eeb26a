import type { ShopDomain } from '#app/core/ids.ts'
import { readShopFacts } from '#app/shopify/shop-facts.ts'
import { findShop } from '#app/store/shops.ts'

/**
 * The state of the installation that a webhook says has ended. The webhook's time is not signed: a time before the installation rules the
 * webhook out, but a later one proves nothing. So Shopify is asked: while it accepts our token, the app is still installed.
 */
export type Installation =
  /** None is known, or it has already ended. */
  | 'none'
  /** It started after the webhook's time. */
  | 'newer'
  /** Shopify still accepts its token. */
  | 'active'
  /** Shopify accepts no token of ours, or knows no such shop. */
  | 'ended'
  /** Shopify does not answer. */
  | 'unknown'

export async function installationAt(shop: ShopDomain, triggeredAt: Date | null): Promise<Installation> {
  const known = await findShop(shop)
  if (!known || known.uninstalledAt) return 'none'
  if (triggeredAt && triggeredAt < known.installedAt) return 'newer'
  const { kind } = await readShopFacts(shop)
  if (kind === 'answered' || kind === 'access_denied') return 'active'
  return kind === 'unauthorized' || kind === 'shop_not_found' ? 'ended' : 'unknown'
}
