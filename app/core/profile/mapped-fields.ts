/** Which value of a Shopify customer goes into which property of the Klaviyo profile, as chosen by the merchant. */
export interface Mapping {
  /** Klaviyo's own fields that can be left out. The address and the names are always sent. */
  readonly attributes: Readonly<Record<OptionalAttribute, boolean>>
  readonly standard: Readonly<Record<StandardField, MappedField>>
  readonly metafields: readonly MappedMetafield[]
  /** Whether a field that was delivered and is no longer mapped is cleared from the profile. */
  readonly clears: boolean
}

export interface MappedField {
  readonly on: boolean
  /** Name of the Klaviyo property. */
  readonly name: string
}

export interface MetafieldKey {
  readonly namespace: string
  readonly key: string
}

export interface MappedMetafield extends MappedField, MetafieldKey {
  /** Shopify's type, as in the definition when the metafield was chosen. How a value is sent depends on the type that comes with it. */
  readonly type: string
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
  metafields: [loyalty('points', 'number_integer'), loyalty('tier', 'single_line_text_field')],
  clears: true,
}

/** Metafields that loyalty apps commonly write, offered in the settings. The first two are sent by default. */
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

/** Returns the name as Shopify writes it: `loyalty.points`. */
export function metafieldName({ namespace, key }: MetafieldKey): string {
  return `${namespace}.${key}`
}

/** Returns the name of the second property of an amount of money. For the amount spent it has always been a fixed name. */
export function currencyName(name: string): string {
  return name === AMOUNT_SPENT ? 'shopify_currency' : `${name}_currency`
}

/** How many fields are sent in addition to the address and the names. */
export interface SentCounts {
  readonly fields: number
  readonly metafields: number
}

export function sentCounts({ attributes, standard, metafields }: Mapping): SentCounts {
  const chosen = [...Object.values(attributes), ...Object.values(standard).map(({ on }) => on)]
  return { fields: chosen.filter(Boolean).length, metafields: metafields.filter(({ on }) => on).length }
}

/** Returns the metafields that a customer is read with. */
export function metafieldsRead({ metafields }: Mapping): MetafieldKey[] {
  return metafields.filter(({ on }) => on).map(({ namespace, key }) => ({ namespace, key }))
}

/** Whether every customer maps to the same profile under both. */
export function mappingsEquivalent(one: Mapping, other: Mapping): boolean {
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
