import { creditOf, loyaltyApp } from './loyalty-app.ts'

// Rivo does not publish the namespace of its fields, nor their types: these are plausible, as another app sees an app's own namespace.
const NAMESPACE = 'app--3027137--rivo'
const at = (key: string) => `${NAMESPACE}.${key}`
const TAG = 'Rivo Membership Tier: '

/**
 * Rivo's recommended format: one typed metafield for each value, and the tier as a tag too, the old one removed on a change.
 * https://help.rivo.io/en/articles/6818475-shopify-customer-metafields-sync-v2
 * https://help.rivo.io/en/articles/12662775-rivo-tagging-in-shopify
 */
export const rivo = loyaltyApp({
  name: 'Rivo',
  definitions: [
    { namespace: NAMESPACE, key: 'points_balance', name: 'Rivo points balance', type: 'number_integer' },
    { namespace: NAMESPACE, key: 'credits_balance', name: 'Rivo credits balance', type: 'number_decimal' },
    { namespace: NAMESPACE, key: 'loyalty_status', name: 'Rivo loyalty status', type: 'single_line_text_field' },
    { namespace: NAMESPACE, key: 'membership_tier', name: 'Rivo membership tier', type: 'single_line_text_field' },
  ],
  places: ['points_balance', 'credits_balance', 'loyalty_status', 'membership_tier'].map(at),
  ownsTag: (tag) => tag.startsWith(TAG),
  keep: (member) => {
    if (!member) return { metafields: {}, tags: [] }
    const { points, tier, status = 'member' } = member
    return {
      metafields: {
        [at('points_balance')]: { type: 'number_integer', value: String(points) },
        [at('credits_balance')]: { type: 'number_decimal', value: creditOf(member) },
        [at('loyalty_status')]: { type: 'single_line_text_field', value: status },
        ...(tier !== null && { [at('membership_tier')]: { type: 'single_line_text_field', value: tier } }),
      },
      tags: tier === null ? [] : [TAG + tier],
    }
  },
  shows: (member, { currency }) => {
    if (!member) return {}
    const { points, tier, status = 'member' } = member
    return { points, tier, status, credit: { amount: creditOf(member), currencyCode: currency } }
  },
  keepOddly: ({ points }) => ({
    metafields: { [at('points_balance')]: { type: 'number_integer', value: String(points) } },
    tags: [`${TAG}Gold`, `${TAG}Silver`],
  }),
})
