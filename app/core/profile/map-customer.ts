import { cleanText } from '../clean-text.ts'
import type { Address, Customer } from './customer.ts'
import { numberOrText } from './exact-number.ts'
import type { FieldName } from './field-names.ts'
import { computedNames, currencyName, type Mapping, type StandardField, standardFields } from './mapped-fields.ts'
import type { MappedValue } from './mapped-values.ts'
import { phoneNumberOf } from './phone-number.ts'
import type { Profile, ProfileLocation, PropertyValue } from './profile.ts'
import { type InvalidValue, readValue } from './read-value.ts'
import { ownerPropertyOf, plainSharing, type Sharing, sendsCommonFields, sentName } from './sharing.ts'

/** What a customer is to be in Klaviyo. */
export interface MappedCustomer {
  readonly profile: Profile
  /** Fields that are not in the profile, and are not to be cleared: Klaviyo keeps what it has. Empty for most customers. */
  readonly kept: readonly FieldName[]
  /** Those of the kept fields whose value is not what it must be. */
  readonly invalid: readonly InvalidField[]
  /** The name of a property that two tags contradict each other about; null if there is none. The customer is not sent then. */
  readonly conflict: string | null
  /** Fields that are added when the profile is sent, because they follow from what was delivered before; whether there are any values or not. */
  readonly added: readonly FieldName[]
}

export interface InvalidField {
  readonly field: FieldName
  readonly why: InvalidValue
}

/**
 * Returns the profile that a customer is to have. Pure and complete: two customers that map to the same need no push. `email` is the
 * address that emailAddressOf accepted. An invalid phone number is left out.
 */
export function mapCustomer(
  customer: Customer,
  email: string,
  mapping: Mapping,
  sharing: Sharing = plainSharing,
): MappedCustomer {
  const { attributes } = mapping
  const { properties, ...values } = propertiesOf(customer, mapping, sharing)
  const more = { ...values, added: computedNames(mapping, sharing) }
  if (!sendsCommonFields(sharing)) return { profile: { email, properties }, ...more }
  // In alphabetical order, so that canonicalProfile need not copy it.
  const profile: Profile = {
    email,
    ...present('external_id', attributes.external_id ? customer.id : null),
    ...present('first_name', textOf(customer.firstName)),
    ...present('last_name', textOf(customer.lastName)),
    ...present('locale', attributes.locale ? textOf(customer.locale) : null),
    ...present('location', attributes.location ? locationOf(customer.address) : null),
    ...present('phone_number', attributes.phone_number ? phoneOf(customer) : null),
    properties,
  }
  return { profile, ...more }
}

function phoneOf({ phone, address }: Customer): string | null {
  return phoneNumberOf(phone, address?.countryCode ?? null)
}

function propertiesOf(
  customer: Customer,
  { values, standard }: Mapping,
  sharing: Sharing,
): Omit<MappedCustomer, 'profile' | 'added'> & { properties: Record<string, PropertyValue> } {
  const properties: Record<string, PropertyValue> = {}
  const currencies: [name: string, currency: string][] = []
  const kept: FieldName[] = []
  const invalid: InvalidField[] = []
  let conflict: string | null = null
  const nameOf = (name: string) => sentName(sharing, name)
  for (const row of values) {
    if (!row.on) continue
    const read = readValue(customer, row)
    if (read.kind === 'value') {
      properties[nameOf(row.name)] = read.value
      if (read.currency !== null) currencies.push([nameOf(currencyName(row.name)), read.currency])
    } else if (read.kind !== 'nothing') {
      const field = `properties.${nameOf(row.name)}`
      const currency = currencyName(row.name)
      kept.push(field, ...(isSentAs(currency, values) ? [] : [`properties.${nameOf(currency)}` as const]))
      if (read.kind === 'invalid') invalid.push({ field, why: read.why })
      if (read.kind === 'conflict') conflict = row.name
    }
  }
  for (const field of standardFields) {
    if (field === 'emailConsent') properties[ownerPropertyOf(sharing)] = customer.id // in alphabetical order
    const { on, name } = standard[field]
    const value = on ? standardValue[field](customer) : null
    if (value === null) continue
    properties[nameOf(name)] = value
    if (field === 'amountSpent') properties[nameOf(currencyName(name))] = cleanText(customer.amountSpent.currency)
  }
  // A property that was given the same name as a currency replaces the currency.
  for (const [name, currency] of currencies) if (!Object.hasOwn(properties, name)) properties[name] = currency
  return { properties, kept, invalid, conflict }
}

/** Whether a value of its own is sent under the name. */
function isSentAs(name: string, values: readonly MappedValue[]): boolean {
  return values.some((row) => row.on && row.name === name)
}

// Consent is sent as properties only: consent itself is changed by Klaviyo's subscription jobs, which Lockstep never calls.
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

/** Returns the text as it is sent. Null if it is empty: sending it would create an empty field. */
function textOf(raw: string | null): string | null {
  const text = raw === null ? '' : cleanText(raw).trim()
  return text === '' ? null : text
}

function present<Key extends string, Value>(key: Key, value: Value | null): { [K in Key]?: Value } {
  return value === null ? {} : ({ [key]: value } as { [K in Key]?: Value })
}
