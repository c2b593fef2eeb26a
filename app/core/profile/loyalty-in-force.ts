import { z } from 'zod'
import { defaultLoyalty, type LoyaltyChoice } from './loyalty.ts'

const part = z.string().min(1).max(255)
const key = z.strictObject({ namespace: part, key: part }).nullable()

/** What a form may submit, and what is saved. */
export const loyaltySchema: z.ZodType<LoyaltyChoice> = z.strictObject({ on: z.boolean(), points: key, tier: key })

/** The loyalty settings by which values are compared now. */
export interface LoyaltyInForce {
  readonly choice: LoyaltyChoice
  /** When they last changed; null if they never did. */
  readonly changedAt: Date | null
}

/** Returns the settings stored in the shop's row; null there means the default. */
export function storedLoyalty(raw: unknown): LoyaltyChoice {
  return raw === null ? defaultLoyalty : loyaltySchema.parse(raw)
}
