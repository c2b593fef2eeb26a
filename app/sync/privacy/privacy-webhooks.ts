import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { deleteConnection } from '#app/store/connections.ts'
import { saveDataRequest } from '#app/store/data-requests.ts'
import { transaction } from '#app/store/database.ts'
import { forgetFieldSets } from '#app/store/field-sets.ts'
import { saveRevocation } from '#app/store/klaviyo-revocations.ts'
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
 * Erases everything that is stored about a customer, and leaves a tombstone so that no later sync sends the customer again. Klaviyo is asked
 * for the deletion in the shop's next turn, or after it is connected again. Until that is done the request
 * holds, encrypted, the identifiers by which Klaviyo finds the profile.
 */
export async function redactCustomer(shop: ShopDomain, customer: RedactedCustomer, now: Date): Promise<void> {
  if (!(await findShop(shop))) return // nothing is stored, and no sync could send the customer again
  const { customerId } = customer
  await transaction((on) => eraseCustomer(shop, customerId, identifiersOf(customer), now, on))
  privacyEvent('customer_erased', { shop, customerId })
  wakeSoon([shop])
}

/** Several customers may share a phone number, so it is used only when there is no address. */
function identifiersOf({ email, phone }: RedactedCustomer): DeletionIdentifier[] {
  if (email?.trim()) return [{ email: email.trim().toLowerCase() }]
  return phone ? [{ phone }] : []
}

/**
 * Erases everything that is stored about a shop. Shopify asks for it two days after the app was uninstalled. A request about an earlier
 * installation erases nothing of an active one. Throws if Shopify does not say whether one is active, as erased data cannot be restored.
 */
export async function redactShop(shop: ShopDomain, triggeredAt: Date | null): Promise<void> {
  const installation = await installationAt(shop, triggeredAt)
  if (installation === 'unknown') throw new Error(`Whether ${shop} still has the app is not known`)
  if (installation === 'newer' || installation === 'active') {
    webhookOutdated({ shop, topic: 'shop/redact' })
    return
  }
  // Erasing a large shop takes minutes: while its connection stood, its grant would count as used and not be ended.
  await transaction(async (on) => {
    await saveRevocation(shop, databaseNow(), on)
    await deleteConnection(shop, on)
  })
  await eraseShop(shop)
  forgetFieldSets(shop)
  shopEvent('shop_erased', shop)
}

/** Records a customer's request to see the stored data, for the merchant to answer. */
export async function recordDataRequest(
  shop: ShopDomain,
  request: { requestId: string; customerId: CustomerId },
  now: Date,
): Promise<void> {
  await saveDataRequest(shop, request, now)
  privacyEvent('data_request_recorded', { shop, customerId: request.customerId })
}
