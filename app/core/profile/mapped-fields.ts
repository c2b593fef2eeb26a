import {
  keyOfSource,
  type MappedField,
  type MappedValue,
  type MetafieldKey,
  metafieldName,
  plainReading,
  readingText,
} from './mapped-values.ts'

/** Which value of a Shopify customer goes into which property of the Klaviyo profile, as chosen by the merchant. */
export interface Mapping {
  /** Klaviyo's own fields that can be left out. The address and the names are always sent. */
  readonly attributes: Readonly<Record<OptionalAttribute, boolean>>
  readonly standard: Readonly<Record<StandardField, MappedField>>
  /** Values of metafields, tags and store credit. */
  readonly values: readonly MappedValue[]
  /** Property names that the merchant uses although another app is known to write them. */
  readonly insisted: readonly string[]
  /** Whether a field that was delivered and is no longer mapped is cleared from the profile. */
  readonly clears: boolean
}

/** The external id is the customer's number in Shopify. */
export const optionalAttributes = ['phone_number', 'locale', 'location', 'external_id'] as const
export type OptionalAttribute = (typeof optionalAttributes)[number]

/** In alphabetical order of their default names. */
export const standardFields = [
  'accountState',
  'amountSpent',
  'emailConsent',
  'orderCount',
  'smsConsent',
  'tags',
] as const
export type StandardField = (typeof standardFields)[number]

const AMOUNT_SPENT = 'shopify_amount_spent'

/** The mapping for a merchant who never chose. */
export const defaultMapping: Mapping = {
  attributes: { phone_number: true, locale: true, location: true, external_id: false },
  standard: {
    accountState: { on: true, name: 'shopify_account_state' },
    amountSpent: { on: true, name: AMOUNT_SPENT },
    emailConsent: { on: true, name: 'shopify_email_consent' },
    orderCount: { on: true, name: 'shopify_order_count' },
    smsConsent: { on: true, name: 'shopify_sms_consent' },
    tags: { on: true, name: 'shopify_tags' },
  },
  values: [loyalty('points', 'number_integer', 'points'), loyalty('tier', 'single_line_text_field', 'tier')],
  insisted: [],
  clears: true,
}

/** The metafields that Lockstep's first versions sent, for a loyalty app that is not recognised. */
function loyalty(key: 'points' | 'tier', type: string, meaning: 'points' | 'tier'): MappedValue {
  return {
    on: true,
    name: `loyalty_${key}`,
    source: { kind: 'metafield', namespace: 'loyalty', key, type, path: [] },
    reading: plainReading,
    meaning,
  }
}

/** Returns the name of the second property of an amount of money. For the amount spent it has always been a fixed name. */
export function currencyName(name: string): string {
  return name === AMOUNT_SPENT ? 'shopify_currency' : `${name}_currency`
}

/** How many fields are sent in addition to the address and the names. */
export interface SentCounts {
  readonly fields: number
  /** Values of metafields, tags and store credit. */
  readonly values: number
}

export function sentCounts({ attributes, standard, values }: Mapping): SentCounts {
  const chosen = [...Object.values(attributes), ...Object.values(standard).map(({ on }) => on)]
  return { fields: chosen.filter(Boolean).length, values: values.filter(({ on }) => on).length }
}

/** Returns the metafields that a customer is read with, each once; store credit is one of them (STORE_CREDIT). */
export function metafieldsRead({ values }: Mapping): MetafieldKey[] {
  const keys = values.flatMap(({ on, source }) => (on && keyOfSource(source)) || [])
  return [...new Map(keys.map((key) => [metafieldName(key), key])).values()]
}

/** Whether every customer maps to the same profile under both. */
export function mappingsEquivalent(one: Mapping, other: Mapping): boolean {
  return textOf(one) === textOf(other)
}

function textOf({ attributes, standard, values }: Mapping): string {
  return JSON.stringify([
    optionalAttributes.filter((name) => attributes[name]),
    standardFields.map((field) => standard[field].on && standard[field].name),
    values
      .filter(({ on }) => on)
      .map((row) => [readingText(row), row.name])
      .sort(),
  ])
}
