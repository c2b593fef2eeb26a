import { createHash } from 'node:crypto'
import { loyaltyApp } from './loyalty-app.ts'

const BALANCE = 'loyalty.balance'
const EXPIRES = 'loyalty.expires_at'
const TIER = 'loyalty.tier_uid'

/** The id that easyPoints gives a tier: only the merchant knows which tier it is. */
export function easypointsTierId(tier: string): string {
  return createHash('sha256').update(`easypoints ${tier}`).digest('hex').slice(0, 16)
}

/**
 * easyPoints (Lunaris) defines the tier by itself, and the balance and its expiry only if the merchant does.
 * https://intercom.help/lunaris/en/articles/12605165
 */
export const easypoints = loyaltyApp({
  name: 'easyPoints',
  definitions: [{ namespace: 'loyalty', key: 'tier_uid', name: 'easyPoints tier', type: 'single_line_text_field' }],
  places: [BALANCE, EXPIRES, TIER],
  keep: (member) => {
    if (!member) return { metafields: {}, tags: [] }
    const { points, tier, expiresAt } = member
    return {
      metafields: {
        [BALANCE]: { type: 'number_integer', value: String(points) },
        ...(expiresAt !== undefined && { [EXPIRES]: { type: 'date_time', value: expiresAt } }),
        ...(tier !== null && { [TIER]: { type: 'single_line_text_field', value: easypointsTierId(tier) } }),
      },
      tags: [],
    }
  },
  shows: (member) => {
    if (!member) return {}
    const { points, tier, expiresAt } = member
    return { points, tier: tier && easypointsTierId(tier), ...(expiresAt !== undefined && { expiresAt }) }
  },
  keepOddly: ({ points }) => ({
    metafields: { [BALANCE]: { type: 'single_line_text_field', value: points.toLocaleString('en') } },
    tags: [],
  }),
})
