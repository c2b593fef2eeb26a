import { loyaltyApp, type Member } from './loyalty-app.ts'

const PLACE = 'mage.loyalty'

/**
 * Mage Loyalty writes one JSON object, on each earning, redemption, change of tier and expiry. It documents no definition.
 * https://developers.mageloyalty.com/api-reference/metafields
 */
export const mage = loyaltyApp({
  name: 'Mage',
  definitions: [],
  places: [PLACE],
  keep: (member) => ({
    metafields: member ? { [PLACE]: { type: 'json', value: JSON.stringify(objectOf(member)) } } : {},
    tags: [],
  }),
  shows: (member) => {
    if (!member) return {}
    const { points_balance, lifetime_points, vip_tier, status } = objectOf(member)
    return { points: points_balance, lifetimePoints: lifetime_points, tier: vip_tier, status }
  },
  keepOddly: ({ points }) => ({
    metafields: { [PLACE]: { type: 'single_line_text_field', value: `${points} points` } },
    tags: [],
  }),
})

function objectOf({ points, lifetimePoints = points, tier, status = 'member' }: Member) {
  return {
    points_balance: points,
    lifetime_points: lifetimePoints,
    redeemed_points: lifetimePoints - points,
    vip_tier: tier,
    status,
  }
}
