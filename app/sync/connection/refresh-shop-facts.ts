import { readShopFacts } from '#app/shopify/shop-facts.ts'
import { findShop, saveShopFacts } from '#app/store/shops.ts'
import { shopifyUnreadable } from '../events.ts'
import { recordTrouble } from '../shopify/record-trouble.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** Reads the shop's name, time zone and scopes if they are not known or have changed. Returns whether it did. */
export async function refreshShopFacts({ shop, clock }: Pick<ShopTurn, 'shop' | 'clock'>): Promise<boolean> {
  const known = await findShop(shop)
  if (!known || known.factsReadAt) return false
  const answer = await readShopFacts(shop)
  await recordTrouble(shop, answer, clock())
  if (answer.kind !== 'answered') {
    shopifyUnreadable(shop, answer.kind)
    return false
  }
  await saveShopFacts(shop, answer.data, clock())
  return true
}
