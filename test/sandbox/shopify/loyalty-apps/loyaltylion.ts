import { loyaltyApp } from './loyalty-app.ts'

const TIER = 'loyaltylion.loyalty_tier'

/** The tier of customers who bought without joining: with LoyaltyLion a tier does not make a member. */
const GUESTS_TIER = 'Bronze'

/**
 * LoyaltyLion writes the tier; whether it writes points is not known. Guests are in the first tier.
 * https://help.loyaltylion.com/en/articles/5728170
 */
export const loyaltylion = loyaltyApp({
  name: 'LoyaltyLion',
  definitions: [],
  places: [TIER],
  keep: (member) => {
    const tier = member ? member.tier : GUESTS_TIER
    return { metafields: tier === null ? {} : { [TIER]: { type: 'single_line_text_field', value: tier } }, tags: [] }
  },
  shows: (member) => ({ tier: member ? member.tier : GUESTS_TIER }),
})
