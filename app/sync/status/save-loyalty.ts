import type { ShopDomain } from '#app/core/ids.ts'
import { isValidLoyalty, kindsWithNewSource, type LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import { loyaltySchema } from '#app/core/profile/loyalty-in-force.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { mayCreateEvents } from '#app/klaviyo/create-event.ts'
import { findConnection, findCredential } from '#app/store/connections.ts'
import { autocommit, transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { saveShopLoyalty } from '#app/store/loyalty-settings.ts'
import { forgetLoyalty, forgetLoyaltyKinds } from '#app/store/loyalty-values.ts'
import { findShop, lockShop } from '#app/store/shops.ts'
import { loyaltySaved } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Saves for which loyalty values changes are sent as events. When switched on, the key must have the scope for events, and all customers are
 * compared to record their current values; when switched off, values and unsent events are deleted. `version` is that of the page the merchant
 * saw; unless `loyalty_saved` is returned, nothing is changed.
 */
export async function saveLoyalty(
  shop: ShopDomain,
  { version, choice: input, now }: { version: number; choice: unknown; now: Date },
): Promise<IntegrationChange> {
  const read = loyaltySchema.safeParse(input)
  if (!read.success) return { kind: 'loyalty_invalid' }
  const choice = read.data
  const before = await findShop(shop)
  if (before?.settingsVersion !== version) return { kind: 'stale' }
  if (!isValidLoyalty(choice, before.mapping.mapping)) return { kind: 'loyalty_invalid' }
  if (choice.on && !before.loyalty.choice.on) {
    const refusal = await keyFault(shop)
    if (refusal) return refusal
  }
  const saved = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return null
    const compares = needsComparison(known.loyalty.choice, choice)
    await saveShopLoyalty(shop, { choice, compares, now }, on)
    if (!choice.on) await forgetLoyalty(shop, on)
    else await forgetLoyaltyKinds(shop, kindsWithNewSource(known.loyalty.choice, choice), on)
    return { compares }
  }, WHOLE_SHOP)
  if (!saved) return { kind: 'stale' }
  loyaltySaved(shop, choice.on)
  if (saved.compares) wakeSoon([shop])
  return { kind: 'loyalty_saved', ...saved }
}

/** Whether events are wanted for values that have not been read yet. */
function needsComparison(before: LoyaltyChoice, next: LoyaltyChoice): boolean {
  return next.on && (!before.on || kindsWithNewSource(before, next).length > 0)
}

/** Why the shop's key cannot record events; null when it can. Makes a call to Klaviyo. */
async function keyFault(shop: ShopDomain): Promise<IntegrationChange | null> {
  const credential = await findCredential(shop)
  if (!credential) return { kind: (await findConnection(shop, autocommit)) ? 'refused' : 'not_connected' }
  const { kind } = await mayCreateEvents(credential.key)
  switch (kind) {
    case 'may':
      return null
    case 'scope_missing':
      return { kind: 'events_scope_missing' }
    case 'unauthorized':
      return { kind: 'refused' }
    case 'throttled':
    case 'unavailable':
    case 'outdated':
      return { kind: 'klaviyo_unavailable' }
  }
}
