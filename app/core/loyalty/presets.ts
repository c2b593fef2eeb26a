import type { Meaning, ValuePath, ValueReading } from '../profile/mapped-values.ts'
import type { PresetId } from './preset-ids.ts'
import { loyaltyNames } from './property-names.ts'

/** Where one loyalty app keeps what it knows of a customer, and what each value is. */
export interface Preset {
  readonly id: PresetId
  /** As its maker writes it. */
  readonly name: string
  /** At most one place has each meaning. */
  readonly places: readonly PresetPlace[]
}

export interface PresetPlace {
  /** Null for a value that has none of the meanings. */
  readonly meaning: Meaning | null
  /** The name of the Klaviyo property for a merchant who has not chosen one. */
  readonly property: string
  readonly reading: ValueReading
  /** Where the value may be: the first that occurs is used. */
  readonly at: readonly Spot[]
  /** False if other apps and themes keep something at the same spot: it alone does not show that the app is there. */
  readonly proves?: false
}

export type Spot =
  /** Also found if the app has moved to a namespace of its own, which other apps see as `app--<app id>--<namespace>`. */
  | {
      readonly kind: 'metafield'
      readonly namespace: string
      readonly key: string
      readonly type: string
      readonly path: ValuePath
      /** False for a key or path that is only probable: it is offered where it occurs in the shop. */
      readonly documented: boolean
    }
  /** A metafield whose namespace is not published, by the name of its definition. */
  | { readonly kind: 'defined'; readonly name: string }
  /** A metafield whose namespace is not published, by its key: the namespace or the definition's name has `owner`, or the namespace has all `beside`. */
  | { readonly kind: 'owned'; readonly owner: RegExp; readonly key: string; readonly beside: readonly string[] }
  | { readonly kind: 'tag'; readonly prefix: string }

const kindOf = {
  points: 'number',
  tier: 'text',
  lifetime_points: 'number',
  points_expiry: 'date',
  referral_link: 'text',
  referral_code: 'text',
  status: 'text',
  store_credit: 'money',
} as const satisfies Record<Meaning, ValueReading['as']>

type Differs = Partial<Pick<ValueReading, 'nothing' | 'notYet' | 'blank'>> & Pick<PresetPlace, 'proves'>

function place(meaning: Meaning, at: readonly Spot[], { proves, ...differs }: Differs = {}): PresetPlace {
  const reading = { as: kindOf[meaning], names: [], nothing: [], blank: 'nothing', ...differs } as const
  return { meaning, property: loyaltyNames[meaning], reading, at, ...(proves === false && { proves }) }
}

function other(property: string, as: ValueReading['as'], at: readonly Spot[]): PresetPlace {
  return { meaning: null, property, reading: { as, names: [], nothing: [], blank: 'nothing' }, at }
}

type Field = Extract<Spot, { kind: 'metafield' }>

/** A place that the app's own documentation names, or that was seen in shops. `where` is `namespace.key`. */
function field(where: string, type: string, ...path: ValuePath): Field {
  const [namespace = '', key = ''] = where.split('.')
  return { kind: 'metafield', namespace, key, type, path, documented: true }
}

function probably(where: string, type: string, ...path: ValuePath): Field {
  return { ...field(where, type, ...path), documented: false }
}

function rivo(key: string): Spot {
  return {
    kind: 'owned',
    owner: /(^|[^a-z])rivo([^a-z]|$)/i,
    key,
    beside: ['account_activated_at', 'first_redeemed_at'],
  }
}

const TEXT = 'single_line_text_field'
const INTEGER = 'number_integer'
const DECIMAL = 'number_decimal'
const MEMBERR = 'app--60169453569--memberr_v2'

/** In the order of preset-ids.ts. */
export const presets: readonly Preset[] = [
  // https://help.rivo.io/en/articles/6818475-shopify-customer-metafields-sync-v2
  // https://help.rivo.io/en/articles/12662775-rivo-tagging-in-shopify
  {
    id: 'rivo',
    name: 'Rivo',
    places: [
      place('points', [rivo('points_balance')]),
      // The tier of the VIP program before the tier of a paid membership.
      place('tier', [
        rivo('vip_tier'),
        rivo('vip_tier_name'),
        rivo('membership_tier'),
        { kind: 'tag', prefix: 'Rivo Membership Tier: ' },
      ]),
      place('store_credit', [rivo('credits_balance')]),
      place('status', [rivo('loyalty_status')]),
    ],
  },
  // One JSON object; the credit is documented as a number, and its example is text.
  // https://developer-docs.rivo.io/docs/customer-level-object
  {
    id: 'rivo_legacy',
    name: 'Rivo (legacy format)',
    places: [
      place('points', [field('custom.rivo', 'json', 'points_balance')]),
      place('tier', [field('custom.rivo', 'json', 'vip_tier')]),
      place('store_credit', [field('custom.rivo', 'json', 'credits_balance')]),
      place('status', [field('custom.rivo', 'json', 'status')]),
      place('referral_code', [field('custom.rivo', 'json', 'referral_code')]),
    ],
  },
  // `-` is written for a customer without a tier; blank means that Smile has not synced the customer yet.
  // https://help.smile.io/en/articles/9834432-manage-vip-metafield-sync
  {
    id: 'smile',
    name: 'Smile',
    places: [place('tier', [field('smile.vip_tier_name', TEXT)], { nothing: ['-'], blank: 'unknown' })],
  },
  // Seen in shops; Joy does not document its fields. `None` stands where Joy has not synced the tier. https://joy.so
  {
    id: 'joy',
    name: 'Joy',
    places: [
      place('points', [field('avada_joy.point', INTEGER)]),
      place('tier', [field('avada_joy.vipTier', TEXT), probably('avada_joy.tierName', TEXT)], { notYet: ['None'] }),
      place('status', [probably('avada_joy.customerType', TEXT)]),
    ],
  },
  // The namespace is documented, what is in the object is not: only what occurs in the shop's own JSON is offered.
  // https://appstleinc-aeca3e0a.mintlify.app/loyalty/metafields-and-tags
  {
    id: 'appstle',
    name: 'Appstle',
    places: [
      place('points', inAppstle('points', 'point_balance', 'points_balance')),
      place('tier', inAppstle('vip_tier', 'tier', 'vip_tier_name', 'tier_name')),
      place('referral_link', inAppstle('referral_link', 'referralLink')),
    ],
  },
  // https://support.okendo.io/en/articles/9550351
  {
    id: 'okendo',
    name: 'Okendo',
    places: [
      place('points', [{ kind: 'defined', name: 'Okendo Loyalty Points Balance' }]),
      place('tier', [{ kind: 'defined', name: 'Okendo Loyalty VIP Tier' }]),
      place('status', [{ kind: 'defined', name: 'Okendo Loyalty Status' }]),
    ],
  },
  // Seen in a shop. Guests are in the first tier, so that a tier does not make a member.
  // https://help.loyaltylion.com/en/articles/5728170
  { id: 'loyaltylion', name: 'LoyaltyLion', places: [place('tier', [field('loyaltylion.loyalty_tier', TEXT)])] },
  // The link is seen in exports of shops; the fields beside it are probable. https://help.growave.io/en/articles/15322878
  {
    id: 'growave',
    name: 'Growave',
    places: [
      place(
        'points',
        ['points_balance', 'points', 'balance'].map((key) => probably(`growave.${key}`, INTEGER)),
      ),
      place(
        'tier',
        ['vip_tier', 'tier', 'tier_name'].map((key) => probably(`growave.${key}`, TEXT)),
      ),
      place('referral_link', [field('growave.referral_link', TEXT)]),
    ],
  },
  // Blank for a customer without movement since May 2025. The tier is an id that only the merchant can name. Themes and other apps use the
  // namespace `loyalty` too. https://intercom.help/lunaris/en/articles/12605165
  {
    id: 'easypoints',
    name: 'easyPoints',
    places: [
      place('points', [field('loyalty.balance', INTEGER)], { blank: 'unknown' }),
      place('tier', [field('loyalty.tier_uid', TEXT)], { blank: 'unknown' }),
      place('points_expiry', [field('loyalty.expires_at', 'date_time')], { blank: 'unknown', proves: false }),
    ],
  },
  // Paid memberships: the balance is credit in the shop's currency, and the tier is a tag with an id.
  // https://help.inveterate.com/dev/stack-reference-docs/customer-metafields
  {
    id: 'inveterate',
    name: 'Inveterate',
    places: [
      place('store_credit', [field('inveterate.balance', DECIMAL)]),
      place('tier', [{ kind: 'tag', prefix: 'inveterate-tier#' }]),
      other('Loyalty Next Payment At', 'date', [probably('inveterate.next_payment', TEXT)]),
    ],
  },
  // https://developers.mageloyalty.com/api-reference/metafields
  {
    id: 'mage',
    name: 'Mage',
    places: [
      place('points', [field('mage.loyalty', 'json', 'points_balance')]),
      place('tier', [field('mage.loyalty', 'json', 'vip_tier')]),
      place('lifetime_points', [field('mage.loyalty', 'json', 'lifetime_points')]),
      place('status', [field('mage.loyalty', 'json', 'status')]),
    ],
  },
  // https://memberr.de/docs/guides/shopify-metafields-and-metaobjects/customer-metafields
  {
    id: 'memberr',
    name: 'memberr',
    places: [
      place('store_credit', [field(`${MEMBERR}.current_balance`, 'money')]),
      place('tier', [field(`${MEMBERR}.customer_membership`, TEXT)]),
      other('Loyalty Upcoming Credit', 'money', [probably(`${MEMBERR}.upcoming_balance`, 'money')]),
    ],
  },
]

function inAppstle(...keys: readonly string[]): Spot[] {
  return keys.map((key) => probably('appstle_loyalty.customer_loyalty', 'json', key))
}
