import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { seal, unseal } from './sealing.ts'

/**
 * Returns the sealed address by which a profile can be found if the answer is lost. It is stored only while the profile's Klaviyo id is
 * unknown; null otherwise.
 */
export function sealedAddress(
  shop: ShopDomain,
  { customerId, klaviyoId, email }: { customerId: CustomerId; klaviyoId?: string | null; email?: string },
): string | null {
  return klaviyoId == null && email !== undefined ? seal(email, addressPlace(shop, customerId)) : null
}

/** Returns the address that `sealedAddress` sealed for this customer. */
export function openAddress(shop: ShopDomain, customerId: CustomerId, sealed: string): string {
  return unseal(sealed, addressPlace(shop, customerId))
}

export const addressPlace = (shop: ShopDomain, customerId: CustomerId) => `profile address ${shop} ${customerId}`
