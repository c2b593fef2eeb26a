import { loyaltyApp } from './loyalty-app.ts'

// Okendo publishes the names of its fields and not their namespace and keys: these are plausible, and only the names are to be relied on.
const NAMESPACE = 'app--1576377--okendo'
const BALANCE = `${NAMESPACE}.loyalty_points_balance`
const STATUS = `${NAMESPACE}.loyalty_status`
const TIER = `${NAMESPACE}.loyalty_vip_tier`

/** Okendo Loyalty, whose fields are known by the names of their definitions. https://support.okendo.io/en/articles/9550351 */
export const okendo = loyaltyApp({
  name: 'Okendo',
  definitions: [
    definition('loyalty_points_balance', 'Okendo Loyalty Points Balance', 'number_integer'),
    definition('loyalty_status', 'Okendo Loyalty Status', 'single_line_text_field'),
    definition('loyalty_vip_tier', 'Okendo Loyalty VIP Tier', 'single_line_text_field'),
  ],
  places: [BALANCE, STATUS, TIER],
  keep: (member) => {
    if (!member) return { metafields: {}, tags: [] }
    const { points, tier, status = 'member' } = member
    return {
      metafields: {
        [BALANCE]: { type: 'number_integer', value: String(points) },
        [STATUS]: { type: 'single_line_text_field', value: status },
        ...(tier !== null && { [TIER]: { type: 'single_line_text_field', value: tier } }),
      },
      tags: [],
    }
  },
  shows: (member) => (member ? { points: member.points, tier: member.tier, status: member.status ?? 'member' } : {}),
})

function definition(key: string, name: string, type: string) {
  return { namespace: NAMESPACE, key, name, type }
}
