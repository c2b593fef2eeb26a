import { type CustomerId, customerNumber, type ShopDomain } from '#app/core/ids.ts'
import { leaveOutPhone } from '#app/store/profiles.ts'
import { markCustomer } from '../intake/mark-customers.ts'

/**
 * The merchant settles an identity conflict by leaving the phone number to the other profile: the customer is sent without it,
 * now and from here on. Yields false when there is no such conflict (any more).
 */
export async function sendWithoutPhone(shop: ShopDomain, id: string): Promise<boolean> {
  const customerId: CustomerId | undefined = customerNumber.safeParse(id).data
  if (!customerId || !(await leaveOutPhone(shop, customerId))) return false
  await markCustomer(shop, { customerId, updatedAt: null })
  return true
}
