import type { ShopDomain } from '#app/core/ids.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { destinationSchema, needsComparison } from '#app/core/settings/destination.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { saveShopDestination } from '#app/store/integration.ts'
import { forgetListChanges } from '#app/store/list-changes.ts'
import { lockShop } from '#app/store/shops.ts'
import { destinationSaved } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Saves the destination in Klaviyo: what happens to existing profiles, how many are created and which list they join. If that may change
 * which customers are sent, all customers are compared. `version` is that of the page the merchant saw; unless `destination_saved` is returned,
 * nothing is changed.
 */
export async function saveDestination(
  shop: ShopDomain,
  { version, destination: input, now }: { version: number; destination: unknown; now: Date },
): Promise<IntegrationChange> {
  const read = destinationSchema.safeParse(input)
  if (!read.success) return { kind: 'destination_invalid' }
  const destination = read.data
  const saved = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return null
    const compares = needsComparison(known.destination, destination)
    await saveShopDestination(shop, { destination, comparedFrom: compares ? now : null }, on)
    if (known.destination.list?.id !== destination.list?.id) {
      await forgetListChanges(shop, { keepJoins: destination.list !== null }, on)
    }
    return { compares }
  }, WHOLE_SHOP)
  if (!saved) return { kind: 'stale' }
  destinationSaved(shop, saved.compares)
  wakeSoon([shop])
  return { kind: 'destination_saved', ...saved }
}
