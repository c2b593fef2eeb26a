import type { Meaning } from '../profile/mapped-values.ts'

/** Default names of Klaviyo properties. None is one that another app writes by itself (foreign-names.ts). */
export const loyaltyNames: Readonly<Record<Meaning, string>> = {
  points: 'Loyalty Points Balance',
  tier: 'Loyalty Tier',
  lifetime_points: 'Loyalty Lifetime Points',
  points_expiry: 'Loyalty Points Expire At',
  referral_link: 'Loyalty Referral Link',
  referral_code: 'Loyalty Referral Code',
  // Rivo itself writes "Loyalty Status" to Klaviyo.
  status: 'Loyalty Member Status',
  store_credit: 'Loyalty Store Credit',
}

// Tried in this order.
const guesses: readonly (readonly [Meaning, RegExp])[] = [
  ['lifetime_points', /\blifetime points?$/],
  ['points_expiry', /\bpoints? (balance )?(expir(y|ation)( date)?|expires?( at| on)?)$/],
  ['referral_link', /\breferral (link|url)$/],
  ['referral_code', /\breferral code$/],
  ['points', /\bpoints?( balance)?$/],
  ['tier', /\btiers?( name| level)?$/],
]

/** Returns what a value probably is, by the words of its name in Shopify, the last ones first; null if they do not say. */
export function guessedMeaning(name: string): Meaning | null {
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
  return guesses.find(([, pattern]) => pattern.test(words))?.[0] ?? null
}
