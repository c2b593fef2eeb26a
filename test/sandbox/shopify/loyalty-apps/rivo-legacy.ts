import { creditOf, loyaltyApp, type Member } from './loyalty-app.ts'

const PLACE = 'custom.rivo'

/**
 * Rivo's older format, still in use: one JSON object in the namespace of the merchant's own fields. `credits_balance` is documented as a
 * number, and its example is text. https://developer-docs.rivo.io/docs/customer-level-object
 */
export const rivoLegacy = loyaltyApp({
  name: 'Rivo (older format)',
  definitions: [],
  places: [PLACE],
  keep: (member) => ({
    metafields: member ? { [PLACE]: { type: 'json', value: JSON.stringify(objectOf(member)) } } : {},
    tags: [],
  }),
  shows: (member, { currency }) => {
    if (!member) return {}
    const { points_balance, credits_balance, vip_tier, status, referral_code } = objectOf(member)
    const credit = { amount: credits_balance, currencyCode: currency }
    return {
      points: points_balance,
      credit,
      tier: vip_tier,
      status,
      ...(referral_code && { referralCode: referral_code }),
    }
  },
  keepOddly: ({ points }) => ({
    metafields: { [PLACE]: { type: 'json', value: JSON.stringify([String(points)]) } },
    tags: [],
  }),
})

function objectOf(member: Member) {
  const { points, tier, status = 'member', referralCode = null } = member
  return {
    points_balance: points,
    credits_balance: creditOf(member),
    vip_tier: tier,
    status,
    dob: '01-30', // month and day
    dob_last_updated_at: '2026-01-30T00:00:00Z',
    referral_code: referralCode,
  }
}
