import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import type { MappingChoice, NamedProperty, StandardField } from '../choices.ts'
import { readPhone } from './contacts.ts'
import { valueExpected } from './mapped-values.ts'
import { numberIn, realText } from './metafield-values.ts'

/** A profile field by field, by names such as `first_name`, `location.city`, `properties.loyalty_tier`. */
export type Fields = ReadonlyMap<string, unknown>

/** Each profile names its customer by this. */
export const OWNER = 'properties.shopify_customer_id'

/**
 * Every field that a customer's profile is to have. `email` is the address as it was read; `times` what Lockstep says of the changes of loyalty
 * values, which nothing in Shopify shows.
 */
export function expectedProfile(
  customer: Customer,
  { email, times }: { email: string; times: LoyaltyTimes },
  mapping: MappingChoice,
  shop: Shop,
): Fields {
  const { attributes } = mapping
  const fields = new Map<string, unknown>()
  const put = (name: string, value: unknown) => {
    if (value !== null && value !== undefined) fields.set(name, value)
  }
  put('email', email)
  put('first_name', textOf(customer.firstName))
  put('last_name', textOf(customer.lastName))
  if (attributes.external_id) put('external_id', customer.id)
  if (attributes.locale) put('locale', textOf(customer.locale))
  const { defaultAddress: address, defaultPhoneNumber: phone } = customer
  if (attributes.phone_number) put('phone_number', readPhone(phone?.phoneNumber, address?.countryCodeV2))
  if (attributes.location && address) {
    for (const [name, part] of locationParts) put(`location.${name}`, textOf(address[part]))
  }
  for (const [name, value] of propertiesOf(customer, mapping, shop)) put(`properties.${name}`, value)
  for (const field of ['tierSince', 'lastChanged'] as const) {
    const { on = false, name = '' } = mapping.computed?.[field] ?? {}
    if (on) put(`properties.${name}`, times[field]?.toISOString().replace('.000Z', 'Z'))
  }
  put(OWNER, customer.id)
  return fields
}

/** Since when a customer has the tier, and when any loyalty value last changed; null if no change was seen. */
export interface LoyaltyTimes {
  readonly tierSince: Date | null
  readonly lastChanged: Date | null
}

/** Every field that may be sent of anybody, by name. */
export function fieldsSent({ attributes, standard, values, computed }: MappingChoice): ReadonlySet<string> {
  const named: NamedProperty[] = [...Object.values(standard), ...values, ...Object.values(computed ?? {})]
  const properties = named.filter(({ on }) => on).map(({ name }) => name)
  return new Set([
    'email',
    'first_name',
    'last_name',
    OWNER,
    ...(['external_id', 'locale', 'phone_number'] as const).filter((name) => attributes[name]),
    ...(attributes.location ? locationParts.map(([name]) => `location.${name}`) : []),
    ...properties.flatMap((name) => [`properties.${name}`, `properties.${currencyOf(name)}`]),
  ])
}

const locationParts = [
  ['address1', 'address1'],
  ['address2', 'address2'],
  ['city', 'city'],
  ['region', 'province'],
  ['zip', 'zip'],
  ['country', 'country'],
] as const

function propertiesOf(customer: Customer, { standard, values }: MappingChoice, shop: Shop): Map<string, unknown> {
  const properties = new Map<string, unknown>()
  const currencies = new Map<string, string>()
  for (const row of values) {
    const expected = row.on ? valueExpected(customer, row, shop) : null
    if (typeof expected !== 'object' || expected === null) continue
    const { name } = row
    properties.set(name, expected.value)
    if (expected.currency !== null) currencies.set(currencyOf(name), expected.currency)
  }
  for (const [field, { on, name }] of Object.entries(standard) as [
    StandardField,
    MappingChoice['standard']['tags'],
  ][]) {
    const value = on ? standardValues[field](customer) : null
    if (value === null) continue
    properties.set(name, value)
    if (field === 'amountSpent') properties.set(currencyOf(name), customer.amountSpent.currencyCode)
  }
  // A property that was given a currency's name goes first.
  return new Map([...currencies, ...properties])
}

const standardValues: Readonly<Record<StandardField, (customer: Customer) => unknown>> = {
  accountState: ({ state }) => state,
  amountSpent: ({ amountSpent }) => numberIn(amountSpent.amount) ?? amountSpent.amount,
  emailConsent: ({ defaultEmailAddress }) => defaultEmailAddress?.marketingState ?? null,
  orderCount: ({ numberOfOrders }) => numberIn(numberOfOrders) ?? numberOfOrders,
  smsConsent: ({ defaultPhoneNumber }) => defaultPhoneNumber?.smsMarketingConsent.state ?? null,
  tags: ({ tags }) => tags.map(realText),
}

function currencyOf(name: string): string {
  return name === 'shopify_amount_spent' ? 'shopify_currency' : `${name}_currency`
}

/** Properties of which Klaviyo keeps what it has, because the value in Shopify says nothing that can be sent, and those whose value is wrong. */
export function keptProperties(
  customer: Customer,
  { values }: MappingChoice,
  shop: Shop,
): { kept: Set<string>; wrong: Set<string> } {
  const reads = values.map((row) => ({ row, read: row.on ? valueExpected(customer, row, shop) : null }))
  const namesOf = (matches: (read: unknown) => boolean) =>
    new Set(
      reads
        .filter(({ read }) => matches(read))
        .flatMap(({ row: { name } }) => [`properties.${name}`, `properties.${currencyOf(name)}`]),
    )
  return {
    kept: namesOf((read) => read === 'unknown' || read === 'wrong'),
    wrong: namesOf((read) => read === 'wrong'),
  }
}

/** Whether two tags of the customer contradict each other. */
export function hasContradiction(customer: Customer, { values }: MappingChoice, shop: Shop): boolean {
  return values.some((row) => row.on && valueExpected(customer, row, shop) === 'contradiction')
}

/** Null for text that says nothing. */
function textOf(raw: string | null): string | null {
  const text = raw && realText(raw).trim()
  return text ? text : null
}
