import type { LoyaltyChange } from '#app/core/profile/loyalty.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'

/** The values of the sample events. */
export const sampleChanges: Record<Meaning, Omit<LoyaltyChange, 'kind'>> = {
  points: { oldValue: 250, newValue: 300 },
  tier: { oldValue: 'Silver', newValue: 'Gold' },
  lifetime_points: { oldValue: 1_250, newValue: 1_300 },
  points_expiry: { oldValue: '2026-12-31', newValue: '2027-03-31' },
  referral_link: { oldValue: 'https://example.com/r/ada', newValue: 'https://example.com/r/ada-2' },
  referral_code: { oldValue: 'ADA10', newValue: 'ADA15' },
  status: { oldValue: 'candidate', newValue: 'member' },
  store_credit: { oldValue: 10, newValue: 7.5 },
}
