import type { FieldName } from './field-names.ts'
import {
  keyOfSource,
  type MappedField,
  type MappedValue,
  type MetafieldKey,
  metafieldName,
  plainReading,
  readingText,
} from './mapped-values.ts'
import { type Sharing, sentName } from './sharing.ts'

/** Which value of a Shopify customer goes into which property of the Klaviyo profile, as chosen by the merchant. */
export interface Mapping {
  /** Klaviyo's own fields that can be left out. The address and the names are always sent. */
  readonly attributes: Readonly<Record<OptionalAttribute, boolean>>
  readonly standard: Readonly<Record<StandardField, MappedField>>
  /** Values of metafields, tags and store credit. */
  readonly values: readonly MappedValue[]
  /** Times that follow from what was delivered. */
  readonly computed: ComputedFields
  /** Property names that the merchant uses although another app is known to write them. */
  readonly insisted: readonly string[]
  /** Whether a field that was delivered and is no longer mapped is cleared from the profile. */
  readonly clears: boolean
}

/** Times that Lockstep computes from the loyalty values that it delivered, because no loyalty app keeps them. */
export type ComputedFields = Readonly<Record<ComputedField, MappedField>>

/** `tierSince`: since when the customer has this tier. `lastChanged`: when any loyalty value last changed. */
export const computedFields = ['tierSince', 'lastChanged'] as const
export type ComputedField = (typeof computedFields)[number]

/** For a merchant who maps a loyalty app that is recognised. */
export const computedOn: ComputedFields = {
  tierSince: { on: true, name: 'Loyalty Tier Since' },
  lastChanged: { on: true, name: 'Loyalty Last Changed At' },
}

/** For any other merchant. Mappings that were saved before these fields existed lack them, and go on sending what they sent. */
export const computedOff: ComputedFields = {
  tierSince: { ...computedOn.tierSince, on: false },
  lastChanged: { ...computedOn.lastChanged, on: false },
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
  computed: computedOff,
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

/** Returns the names of the profile's fields for times that are sent. */
export function computedNames({ computed }: Pick<Mapping, 'computed'>, sharing: Sharing): FieldName[] {
  return computedFields.flatMap((field) =>
    computed[field].on ? `properties.${sentName(sharing, computed[field].name)}` : [],
  )
}

/** How many fields are sent in addition to the address and the names. */
export interface SentCounts {
  readonly fields: number
  /** Values of metafields, tags and store credit. */
  readonly values: number
}

export function sentCounts({ attributes, standard, values, computed }: Mapping): SentCounts {
  const named = [...Object.values(standard), ...Object.values(computed)]
  const chosen = [...Object.values(attributes), ...named.map(({ on }) => on)]
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

function textOf({ attributes, standard, values, computed }: Mapping): string {
  return JSON.stringify([
    computedFields.map((field) => computed[field].on && computed[field].name),
    optionalAttributes.filter((name) => attributes[name]),
    standardFields.map((field) => standard[field].on && standard[field].name),
    values
      .filter(({ on }) => on)
      .map((row) => [readingText(row), row.name])
      .sort(),
  ])
}
