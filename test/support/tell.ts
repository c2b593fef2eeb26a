import { customerNumber, type ShopDomain } from '#app/core/ids.ts'
import { markCustomer } from '#app/sync/intake/mark-customers.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'

/** Reports changed customers to Lockstep as the webhook `customers/update` does: by id and time. */
export async function tell(
  shop: ShopDomain,
  ...customers: readonly Pick<Customer, 'id' | 'updatedAt'>[]
): Promise<void> {
  await Promise.all(
    customers.map(({ id, updatedAt }) =>
      markCustomer(shop, {
        customerId: customerNumber.parse(id),
        updatedAt: new Date(updatedAt),
        heard: 'customers/update',
      }),
    ),
  )
}

/** Reports changed customers as the topics without a time do: about metafields, tags, consent and deletions. */
export async function tellUndated(shop: ShopDomain, ...ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map((id) =>
      markCustomer(shop, { customerId: customerNumber.parse(id), updatedAt: null, heard: 'customers/update' }),
    ),
  )
}
