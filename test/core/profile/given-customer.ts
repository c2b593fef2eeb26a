import type { CustomerId } from '#app/core/ids.ts'
import type { Customer } from '#app/core/profile/customer.ts'

/** A customer with everything a profile can carry, except for `fields`. */
export function givenCustomer(fields: Partial<Customer> = {}): Customer {
  return {
    id: '7064055069303700840' as CustomerId,
    updatedAt: new Date('2026-11-01T10:00:00Z'),
    email: 'ada@example.com',
    phone: '+493012345678',
    firstName: 'Ada',
    lastName: 'Lovelace',
    locale: 'en',
    state: 'ENABLED',
    tags: ['vip', 'b2b'],
    orderCount: '3',
    amountSpent: { amount: '129.50', currency: 'EUR' },
    emailConsent: 'SUBSCRIBED',
    smsConsent: 'NOT_SUBSCRIBED',
    address: {
      address1: 'Unter den Linden 1',
      address2: null,
      city: 'Berlin',
      province: null,
      zip: '10117',
      country: 'Germany',
      countryCode: 'DE',
    },
    metafields: {
      'loyalty.points': { value: '250', type: 'number_integer' },
      'loyalty.tier': { value: 'Gold', type: 'single_line_text_field' },
    },
    ...fields,
  }
}
