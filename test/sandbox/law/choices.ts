/** What a merchant chose, as it stands in the shop's row. Written down anew here: the judge takes nothing from the app. */
export interface Choices {
  readonly mapping: MappingChoice
  /** Fields that were delivered once and are to stay in Klaviyo, such as `properties.loyalty_tier`. */
  readonly leftInKlaviyo: readonly string[]
  readonly audience: AudienceChoice
  readonly destination: Destination
}

export interface MappingChoice {
  readonly attributes: Readonly<Record<'phone_number' | 'locale' | 'location', boolean>> & {
    readonly external_id?: boolean
  }
  readonly standard: Readonly<Record<StandardField, NamedProperty>>
  readonly values: readonly ValueChoice[]
  /** Times of loyalty changes. Mappings that were saved before these existed lack them, and send none. */
  readonly computed?: Readonly<Record<'tierSince' | 'lastChanged', NamedProperty>>
  /** Whether what is no longer sent is cleared in Klaviyo. */
  readonly clears: boolean
}

export interface ValueChoice extends NamedProperty {
  readonly source:
    | {
        readonly kind: 'metafield'
        readonly namespace: string
        readonly key: string
        readonly path: readonly (string | number)[]
      }
    | { readonly kind: 'tag'; readonly prefix: string }
    | { readonly kind: 'store_credit' }
  readonly reading: {
    readonly as: 'number' | 'text' | 'date' | 'boolean' | 'money' | null
    readonly names: readonly { readonly value: string; readonly name: string }[]
    readonly nothing: readonly string[]
    readonly notYet?: readonly string[]
    readonly blank: 'nothing' | 'unknown'
  }
}

export type StandardField = 'accountState' | 'amountSpent' | 'emailConsent' | 'orderCount' | 'smsConsent' | 'tags'

export interface NamedProperty {
  readonly on: boolean
  readonly name: string
}

export interface AudienceChoice {
  readonly tags: { readonly anyOf: readonly string[]; readonly noneOf: readonly string[] }
  readonly accountStates: readonly string[]
  readonly consent: 'everyone' | 'subscribed' | 'not_unsubscribed'
  readonly countries: readonly string[]
  readonly segments: readonly { readonly id: string }[]
  readonly companies: {
    readonly who: 'everyone' | 'only_contacts' | 'no_contacts'
    readonly companies: readonly { readonly id: string }[]
    readonly roles: readonly string[]
  }
}

export interface Destination {
  readonly existing: 'update' | 'leave'
  readonly mostNew: number | null
}

const on = (name: string): NamedProperty => ({ on: true, name })

const loyalty = (key: string) => ({ kind: 'metafield', namespace: 'loyalty', key, path: [] }) as const
const asItIs: ValueChoice['reading'] = { as: null, names: [], nothing: [], blank: 'nothing' }

/** What holds for a merchant who never chose: the table "Field mapping" in docs/features.md. */
export const unchosenMapping: MappingChoice = {
  attributes: { phone_number: true, locale: true, location: true, external_id: false },
  standard: {
    accountState: on('shopify_account_state'),
    amountSpent: on('shopify_amount_spent'),
    emailConsent: on('shopify_email_consent'),
    orderCount: on('shopify_order_count'),
    smsConsent: on('shopify_sms_consent'),
    tags: on('shopify_tags'),
  },
  values: [
    { source: loyalty('points'), reading: asItIs, ...on('loyalty_points') },
    { source: loyalty('tier'), reading: asItIs, ...on('loyalty_tier') },
  ],
  clears: true,
}

export const unchosenAudience: AudienceChoice = {
  tags: { anyOf: [], noneOf: [] },
  accountStates: [],
  consent: 'everyone',
  countries: [],
  segments: [],
  companies: { who: 'everyone', companies: [], roles: [] },
}

export const unchosenDestination: Destination = { existing: 'update', mostNew: null }
