import { cleanText } from '../clean-text.ts'
import type { Address, Customer } from './customer.ts'
import { numberOrText } from './exact-number.ts'
import { currencyName, type Mapping, metafieldName, type StandardField, standardFields } from './mapped-fields.ts'
import { sentValueOf } from './metafield-value.ts'
import { phoneNumberOf } from './phone-number.ts'
import { OWNER_PROPERTY, type Profile, type ProfileLocation, type PropertyValue } from './profile.ts'

/**
 * The profile a customer is to have. Pure and complete: two customers that map to the same profile need no push.
 * `email` is the address that emailAddressOf found good. A phone number that is none is dropped, not the customer.
 */
export function mapCustomer(customer: Customer, email: string, mapping: Mapping): Profile {
  const { attributes } = mapping
  // In the order of the alphabet, which spares canonicalProfile a copy.
  return {
    email,
    ...present('external_id', attributes.external_id ? customer.id : null),
    ...present('first_name', textOf(customer.firstName)),
    ...present('last_name', textOf(customer.lastName)),
    ...present('locale', attributes.locale ? textOf(customer.locale) : null),
    ...present('location', attributes.location ? locationOf(customer.address) : null),
    ...present('phone_number', attributes.phone_number ? phoneOf(customer) : null),
    properties: propertiesOf(customer, mapping),
  }
}

function phoneOf({ phone, address }: Customer): string | null {
  return phoneNumberOf(phone, address?.countryCode ?? null)
}

function propertiesOf(customer: Customer, { metafields, standard }: Mapping): Record<string, PropertyValue> {
  const properties: Record<string, PropertyValue> = {}
  const currencies: [name: string, currency: string][] = []
  for (const row of metafields) {
    const metafield = row.on ? customer.metafields[metafieldName(row)] : undefined
    const sent = metafield && sentValueOf(metafield)
    if (!sent) continue
    properties[row.name] = sent.value
    if (sent.currency !== null) currencies.push([currencyName(row.name), sent.currency])
  }
  for (const field of standardFields) {
    if (field === 'emailConsent') properties[OWNER_PROPERTY] = customer.id // where the alphabet wants it
    const { on, name } = standard[field]
    const value = on ? standardValue[field](customer) : null
    if (value === null) continue
    properties[name] = value
    if (field === 'amountSpent') properties[currencyName(name)] = cleanText(customer.amountSpent.currency)
  }
  // A currency gives way to a property that was given its name.
  for (const [name, currency] of currencies) if (!Object.hasOwn(properties, name)) properties[name] = currency
  return properties
}

// Consent goes as properties only: consent itself moves by Klaviyo's subscription jobs, which Lockstep never calls.
const standardValue: Record<StandardField, (customer: Customer) => PropertyValue | null> = {
  accountState: (customer) => textOf(customer.state),
  amountSpent: (customer) => numberOrText(customer.amountSpent.amount),
  emailConsent: (customer) => textOf(customer.emailConsent),
  orderCount: (customer) => numberOrText(customer.orderCount),
  smsConsent: (customer) => textOf(customer.smsConsent),
  tags: (customer) => customer.tags.map(cleanText).sort(),
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

/** The text as it is sent. Null when it says nothing: to send it would put an empty field where there was none. */
function textOf(raw: string | null): string | null {
  const text = raw === null ? '' : cleanText(raw).trim()
  return text === '' ? null : text
}

function present<Key extends string, Value>(key: Key, value: Value | null): { [K in Key]?: Value } {
  return value === null ? {} : ({ [key]: value } as { [K in Key]?: Value })
}
