import { readShopFacts } from '#app/shopify/shop-facts.ts'
import { findShop, saveShopFacts } from '#app/store/shops.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { shopifyUnreadable } from '../events.ts'
import { noteTrouble } from '../shopify/note-trouble.ts'

/** Reads the shop's name, time zone and scopes when they are not known or have changed. Yields whether it did. */
export async function refreshShopFacts({ shop, clock }: Pick<Conducting, 'shop' | 'clock'>): Promise<boolean> {
  const known = await findShop(shop)
  if (!known || known.factsReadAt) return false
  const answer = await readShopFacts(shop)
  await noteTrouble(shop, answer, clock())
  if (answer.kind !== 'answered') {
    shopifyUnreadable(shop, answer.kind)
    return false
  }
  await saveShopFacts(shop, answer.data, clock())
  return true
}
