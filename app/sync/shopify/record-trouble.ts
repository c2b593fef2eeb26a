import { isShopifyTrouble } from '#app/core/flow/shopify-trouble.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { autocommit } from '#app/store/database.ts'
import { clearShopifyTrouble, saveShopifyAway, saveShopifyTrouble } from '#app/store/shopify-troubles.ts'
import { shopifyRefuses } from '../events.ts'

/** Records for the merchant that Shopify refuses requests, and why; that it gives no usable answer; or that it answers again. */
export async function recordTrouble(shop: ShopDomain, answer: AdminAnswer<unknown>, now: Date): Promise<void> {
  const { kind } = answer
  if (kind === 'answered') return clearShopifyTrouble(shop)
  if (!isShopifyTrouble(kind)) return saveShopifyAway(shop, now)
  const words = ('words' in answer && answer.words) || null
  if (await saveShopifyTrouble(shop, { why: kind, words, now }, autocommit)) shopifyRefuses({ shop, why: kind, words })
}
