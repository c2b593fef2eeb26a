import type { ShopDomain } from '#app/core/ids.ts'
import { readShopFacts } from '#app/shopify/shop-facts.ts'
import { findShop } from '#app/store/shops.ts'

/**
 * What is left of the installation that a delivery says has ended. The instant it names is not signed, so it can only be too old to count; that
 * it is new enough proves nothing, and Shopify is asked: a token that it still takes belongs to an app that is still there.
 */
export type Installation =
  /** None is known, or its end is. */
  | 'none'
  /** It began after that instant. */
  | 'newer'
  /** Shopify still takes its token. */
  | 'stands'
  /** Shopify takes no token of ours, or knows no such shop. */
  | 'ended'
  /** Shopify does not say. */
  | 'unknown'

export async function installationAt(shop: ShopDomain, triggeredAt: Date | null): Promise<Installation> {
  const known = await findShop(shop)
  if (!known || known.uninstalledAt) return 'none'
  if (triggeredAt && triggeredAt < known.installedAt) return 'newer'
  const { kind } = await readShopFacts(shop)
  if (kind === 'answered' || kind === 'access_denied') return 'stands'
  return kind === 'unauthorized' || kind === 'shop_not_found' ? 'ended' : 'unknown'
}
