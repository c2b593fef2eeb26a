import { loyaltyApp } from './loyalty-app.ts'

const LINK = 'growave.referral_link'
const POINTS = 'growave.points_balance'
const TIER = 'growave.vip_tier'

/**
 * Growave. Only the referral link is seen in shops' exports, by the name of its definition; the fields beside it are plausible.
 * https://help.growave.io/en/articles/15322878
 */
export const growave = loyaltyApp({
  name: 'Growave',
  definitions: [
    { namespace: 'growave', key: 'referral_link', name: 'GW Referral link', type: 'single_line_text_field' },
    { namespace: 'growave', key: 'points_balance', name: 'GW Points balance', type: 'number_integer' },
    { namespace: 'growave', key: 'vip_tier', name: 'GW VIP tier', type: 'single_line_text_field' },
  ],
  places: [LINK, POINTS, TIER],
  keep: (member) => {
    if (!member) return { metafields: {}, tags: [] }
    const { points, tier, referralLink } = member
    return {
      metafields: {
        [POINTS]: { type: 'number_integer', value: String(points) },
        ...(referralLink !== undefined && { [LINK]: { type: 'single_line_text_field', value: referralLink } }),
        ...(tier !== null && { [TIER]: { type: 'single_line_text_field', value: tier } }),
      },
      tags: [],
    }
  },
  shows: (member) => {
    if (!member) return {}
    const { points, tier, referralLink } = member
    return { points, tier, ...(referralLink !== undefined && { referralLink }) }
  },
})
