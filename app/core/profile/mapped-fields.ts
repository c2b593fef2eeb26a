/** What of a Shopify customer goes into which property of the Klaviyo profile, as the merchant chose it. */
export interface Mapping {
  /** Fields of Klaviyo's own that can be left out. The address and the names are always sent. */
  readonly attributes: Readonly<Record<OptionalAttribute, boolean>>
  readonly standard: Readonly<Record<StandardField, MappedField>>
  readonly metafields: readonly MappedMetafield[]
  /** Whether a field that was delivered and is no longer mapped is taken out of the profile again. */
  readonly clears: boolean
}

export interface MappedField {
  readonly on: boolean
  /** Of the Klaviyo property. */
  readonly name: string
}

export interface MetafieldKey {
  readonly namespace: string
  readonly key: string
}

export interface MappedMetafield extends MappedField, MetafieldKey {
  /** Shopify's, as the definition had it when it was chosen. What is sent goes by the type that each value comes with. */
  readonly type: string
}

/** The external id is the customer's number in Shopify. */
export const optionalAttributes = ['phone_number', 'locale', 'location', 'external_id'] as const
export type OptionalAttribute = (typeof optionalAttributes)[number]

/** In the alphabet's order of their usual names. */
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

/** What a merchant who never chose anything sends. */
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
  metafields: [loyalty('points', 'number_integer'), loyalty('tier', 'single_line_text_field')],
  clears: true,
}

/** What loyalty apps commonly keep of a customer, ready to be chosen. The first two are sent by default. */
export const loyaltyPresets: readonly MappedMetafield[] = [
  ...defaultMapping.metafields,
  loyalty('tier_since', 'date'),
  loyalty('referral_link', 'url'),
  loyalty('points_expiry', 'date'),
  loyalty('points_updated_at', 'date_time'),
]

function loyalty(key: string, type: string): MappedMetafield {
  return { namespace: 'loyalty', key, type, name: `loyalty_${key}`, on: true }
}

/** As Shopify writes it: `loyalty.points`. */
export function metafieldName({ namespace, key }: MetafieldKey): string {
  return `${namespace}.${key}`
}

/** The second property of an amount of money. That of the amount spent has had a name of its own from the beginning. */
export function currencyName(name: string): string {
  return name === AMOUNT_SPENT ? 'shopify_currency' : `${name}_currency`
}

/** How many fields are sent beside the address and the names. */
export interface SentCounts {
  readonly fields: number
  readonly metafields: number
}

export function sentCounts({ attributes, standard, metafields }: Mapping): SentCounts {
  const chosen = [...Object.values(attributes), ...Object.values(standard).map(({ on }) => on)]
  return { fields: chosen.filter(Boolean).length, metafields: metafields.filter(({ on }) => on).length }
}

/** The metafields that a customer is read with. */
export function metafieldsRead({ metafields }: Mapping): MetafieldKey[] {
  return metafields.filter(({ on }) => on).map(({ namespace, key }) => ({ namespace, key }))
}

/** Whether every customer maps to the same profile under both. */
export function sendTheSame(one: Mapping, other: Mapping): boolean {
  return textOf(one) === textOf(other)
}

function textOf({ attributes, standard, metafields }: Mapping): string {
  return JSON.stringify([
    optionalAttributes.filter((name) => attributes[name]),
    standardFields.map((field) => standard[field].on && standard[field].name),
    metafields
      .filter(({ on }) => on)
      .map((metafield) => [metafieldName(metafield), metafield.name])
      .sort(),
  ])
}
