import { uncoveredMetafields } from '#app/core/loyalty/triggers.ts'
import { hasEventSubscriptions, setEventSubscription } from '#app/shopify/event-subscriptions.ts'
import { findShop } from '#app/store/shops.ts'
import { eventSubscriptionSet, eventSubscriptionsAbsent } from '../events.ts'
import { wordsOf } from '../log.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

let saidAbsent = false

/**
 * Has Shopify tell of the shop's mapped metafields that have no trigger in the app's file, where its API can. It is a help only: what fails
 * is not repeated before the mapping is saved again, or Shopify reports another change of the app's scopes or of the shop.
 */
export async function subscribeMapped({ shop }: Pick<ShopTurn, 'shop'>): Promise<void> {
  const known = await findShop(shop)
  const metafields = uncoveredMetafields(known?.mapping.mapping.values ?? [])
  if (metafields.length === 0) return
  try {
    const can = await hasEventSubscriptions(shop)
    if (can.kind !== 'answered') return
    if (can.data) {
      const answer = await setEventSubscription(shop, metafields)
      const refused = answer.kind === 'answered' ? answer.data : answer.kind
      eventSubscriptionSet({ shop, metafields: metafields.length, refused })
    } else if (!saidAbsent) {
      eventSubscriptionsAbsent()
      saidAbsent = true
    }
  } catch (error) {
    // The mutation is not in a stable version: it may look different by then.
    eventSubscriptionSet({ shop, metafields: metafields.length, refused: wordsOf(error) })
  }
}
