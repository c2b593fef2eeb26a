import { type MappedValue, type MetafieldKey, metafieldName, type ValueSource } from '../profile/mapped-values.ts'

const MINUTE_MS = 60_000

/** A subscription of shopify.app.toml to changes of one app's customer metafields. */
export interface LoyaltyTriggers {
  readonly handle: string
  /** `namespace.key` of each metafield that has a trigger. */
  readonly metafields: readonly string[]
  /** How long after an order the app may write what has changed, by what it publishes; null if it does so at once, or says nothing. */
  readonly lagMs: number | null
}

/** What Shopify is asked to tell of, in every shop alike. A test holds this list and shopify.app.toml to each other. */
export const loyaltyTriggers: readonly LoyaltyTriggers[] = [
  { handle: 'loyalty-changed', metafields: ['loyalty.points', 'loyalty.tier'], lagMs: null },
  // https://developer-docs.rivo.io/docs/customer-level-object
  { handle: 'loyalty-rivo', metafields: ['custom.rivo'], lagMs: 30 * MINUTE_MS },
  // https://help.smile.io/en/articles/9834432-manage-vip-metafield-sync
  { handle: 'loyalty-smile', metafields: ['smile.vip_tier_name'], lagMs: 60 * MINUTE_MS },
  {
    handle: 'loyalty-joy',
    metafields: ['avada_joy.point', 'avada_joy.vipTier', 'avada_joy.customerType'],
    lagMs: null,
  },
  { handle: 'loyalty-joy-probable', metafields: ['avada_joy.tierName'], lagMs: null },
  {
    handle: 'loyalty-appstle',
    metafields: ['appstle_loyalty.customer_loyalty', 'app--18394152961--appstle_loyalty.customer_loyalty'],
    lagMs: null,
  },
  { handle: 'loyalty-loyaltylion', metafields: ['loyaltylion.loyalty_tier'], lagMs: null },
  { handle: 'loyalty-growave', metafields: ['growave.referral_link'], lagMs: null },
  {
    handle: 'loyalty-growave-probable',
    metafields: ['points_balance', 'points', 'balance', 'vip_tier', 'tier', 'tier_name'].map((key) => `growave.${key}`),
    lagMs: null,
  },
  {
    handle: 'loyalty-easypoints',
    metafields: ['loyalty.balance', 'loyalty.expires_at', 'loyalty.tier_uid'],
    lagMs: null,
  },
  {
    handle: 'loyalty-inveterate',
    metafields: ['inveterate.balance', 'inveterate.next_payment', 'inveterate.credits_earned'],
    lagMs: null,
  },
  { handle: 'loyalty-mage', metafields: ['mage.loyalty'], lagMs: null },
  {
    handle: 'loyalty-memberr',
    metafields: ['current_balance', 'upcoming_balance', 'customer_membership'].map(
      (key) => `app--60169453569--memberr_v2.${key}`,
    ),
    lagMs: null,
  },
]

const byMetafield = new Map(
  loyaltyTriggers.flatMap((triggers) => triggers.metafields.map((name) => [name, triggers] as const)),
)

/** Returns the subscription whose trigger tells of the source; null if none does. */
export function triggersOf(source: ValueSource): LoyaltyTriggers | null {
  return source.kind === 'metafield' ? (byMetafield.get(metafieldName(source)) ?? null) : null
}

/** One subscription of a shop names no more metafields than this; how many Shopify takes is not documented. */
const MOST_UNCOVERED = 25
/** What a trigger can name without being escaped. */
const NAMEABLE = /^[\w-]+$/

/** Returns the metafields of these values that no trigger tells of, each once, and not more than one subscription may name. */
export function uncoveredMetafields(values: readonly MappedValue[]): MetafieldKey[] {
  const uncovered = values.flatMap(({ on, source }): MetafieldKey[] => {
    if (!on || source.kind !== 'metafield' || triggersOf(source)) return []
    const { namespace, key } = source
    return NAMEABLE.test(namespace) && NAMEABLE.test(key) ? [{ namespace, key }] : []
  })
  return [...new Map(uncovered.map((one) => [metafieldName(one), one])).values()].slice(0, MOST_UNCOVERED)
}
