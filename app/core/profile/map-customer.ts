import type { Address, Customer, Metafield } from './customer.ts'
import { phoneNumberOf } from './phone-number.ts'
import type { Profile, ProfileLocation, PropertyValue } from './profile.ts'

/**
 * The profile a customer is to have. Pure and complete: two customers that map to the same profile need no push.
 * `email` is the address that emailAddressOf found good. A phone number that is none is dropped, not the customer.
 */
export function mapCustomer(customer: Customer, email: string): Profile {
  // In the order of the alphabet, which spares canonicalProfile a copy.
  return {
    email,
    ...present('first_name', textOf(customer.firstName)),
    ...present('last_name', textOf(customer.lastName)),
    ...present('locale', textOf(customer.locale)),
    ...present('location', locationOf(customer.address)),
    ...present('phone_number', phoneNumberOf(customer.phone, customer.address?.countryCode ?? null)),
    properties: {
      ...present('loyalty_points', metafieldValueOf(customer.loyaltyPoints)),
      ...present('loyalty_tier', metafieldValueOf(customer.loyaltyTier)),
      shopify_account_state: customer.state,
      shopify_amount_spent: Number(customer.amountSpent.amount),
      shopify_currency: customer.amountSpent.currency,
      // As properties only: consent itself moves by Klaviyo's subscription jobs, which Lockstep never calls.
      ...present('shopify_email_consent', customer.emailConsent),
      shopify_order_count: customer.orderCount,
      ...present('shopify_sms_consent', customer.smsConsent),
      shopify_tags: [...customer.tags].sort(),
    },
  }
}

function locationOf(address: Address | null): ProfileLocation | null {
  if (!address) return null
  const location: ProfileLocation = {
    ...present('address1', textOf(address.address1)),
    ...present('address2', textOf(address.address2)),
    ...present('city', textOf(address.city)),
    ...present('country', textOf(address.country)),
    ...present('region', textOf(address.province)),
    ...present('zip', textOf(address.zip)),
  }
  return Object.keys(location).length === 0 ? null : location
}

/** A number type becomes a number, so that Klaviyo can compare it; a value that is not what its type says stays text. */
function metafieldValueOf(metafield: Metafield | null): PropertyValue | null {
  if (!metafield || metafield.value === '') return null
  if (metafield.type === 'boolean') return metafield.value === 'true'
  if (!metafield.type.startsWith('number_')) return metafield.value
  const number = Number(metafield.value)
  return Number.isFinite(number) ? number : metafield.value
}

/** Null for text that says nothing: to send it would put an empty field where there was none. */
function textOf(raw: string | null): string | null {
  const text = raw?.trim()
  return text ? text : null
}

function present<Key extends string, Value>(key: Key, value: Value | null): { [K in Key]?: Value } {
  return value === null ? {} : ({ [key]: value } as { [K in Key]?: Value })
}
