import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { saveDataRequest } from '#app/store/data-requests.ts'
import { transaction } from '#app/store/database.ts'
import { forgetFieldSets } from '#app/store/field-sets.ts'
import { eraseShop, findShop } from '#app/store/shops.ts'
import { type DeletionIdentifier, eraseCustomer } from '#app/store/tombstones.ts'
import { installationAt } from '../connection/installation-at.ts'
import { privacyEvent, shopEvent, webhookOutdated } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

export interface RedactedCustomer {
  readonly customerId: CustomerId
  readonly email: string | null
  readonly phone: string | null
}

/**
 * Erases what is held of a customer, leaves a tombstone so that no later sync brings them back, and has Klaviyo asked for
 * deletion when the shop's turn comes, or when it is connected again. Until then the tombstone holds, sealed, how Klaviyo finds them;
 * afterwards nothing.
 */
export async function redactCustomer(shop: ShopDomain, customer: RedactedCustomer, now: Date): Promise<void> {
  if (!(await findShop(shop))) return // nothing is held, and nobody could bring the customer back
  const { customerId } = customer
  await transaction((on) => eraseCustomer(shop, customerId, identifiersOf(customer), now, on))
  privacyEvent('customer_erased', { shop, customerId })
  wakeSoon([shop])
}

/** A phone number may be a household's: it counts for one without an address. */
function identifiersOf({ email, phone }: RedactedCustomer): DeletionIdentifier[] {
  if (email?.trim()) return [{ email: email.trim().toLowerCase() }]
  return phone ? [{ phone }] : []
}

/**
 * Erases everything that is stored of a shop: Shopify asks for it two days after the app was uninstalled. A request about an earlier
 * installation erases nothing of an active one. Throws while Shopify cannot be asked whether one is active, as erased data cannot be restored.
 */
export async function redactShop(shop: ShopDomain, triggeredAt: Date | null): Promise<void> {
  const installation = await installationAt(shop, triggeredAt)
  if (installation === 'unknown') throw new Error(`Whether ${shop} still has the app is not known`)
  if (installation === 'newer' || installation === 'active') {
    webhookOutdated({ shop, topic: 'shop/redact' })
    return
  }
  await eraseShop(shop)
  forgetFieldSets(shop)
  shopEvent('shop_erased', shop)
}

/** Records what is held of a customer who asks, for the merchant to hand on. */
export async function recordDataRequest(
  shop: ShopDomain,
  request: { requestId: string; customerId: CustomerId },
  now: Date,
): Promise<void> {
  await saveDataRequest(shop, request, now)
  privacyEvent('data_request_recorded', { shop, customerId: request.customerId })
}
