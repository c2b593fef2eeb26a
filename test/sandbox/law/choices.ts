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
  readonly metafields: readonly (NamedProperty & { readonly namespace: string; readonly key: string })[]
  /** Whether what is no longer sent is cleared in Klaviyo. */
  readonly clears: boolean
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
  metafields: [
    { namespace: 'loyalty', key: 'points', ...on('loyalty_points') },
    { namespace: 'loyalty', key: 'tier', ...on('loyalty_tier') },
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
