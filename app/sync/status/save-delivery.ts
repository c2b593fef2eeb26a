import { deliverySchema, needsComparison } from '#app/core/flow/delivery-choice.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { saveShopDelivery } from '#app/store/integration.ts'
import { forgetListChanges } from '#app/store/list-changes.ts'
import { lockShop } from '#app/store/shops.ts'
import { deliverySaved } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Saves the destination in Klaviyo: what happens to existing profiles, how many are created and which list they join. If that may change
 * which customers are sent, all customers are compared. `version` is that of the page the merchant saw; unless `delivery_saved` is returned,
 * nothing is changed.
 */
export async function saveDelivery(
  shop: ShopDomain,
  { version, delivery: input, now }: { version: number; delivery: unknown; now: Date },
): Promise<IntegrationChange> {
  const read = deliverySchema.safeParse(input)
  if (!read.success) return { kind: 'delivery_invalid' }
  const delivery = read.data
  const saved = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return null
    const compares = needsComparison(known.delivery, delivery)
    await saveShopDelivery(shop, { delivery, comparedFrom: compares ? now : null }, on)
    if (known.delivery.list?.id !== delivery.list?.id) {
      await forgetListChanges(shop, { keepJoins: delivery.list !== null }, on)
    }
    return { compares }
  }, WHOLE_SHOP)
  if (!saved) return { kind: 'stale' }
  deliverySaved(shop, saved.compares)
  wakeSoon([shop])
  return { kind: 'delivery_saved', ...saved }
}
