import { z } from 'zod'
import { defaultLoyalty, type LoyaltyChoice } from './loyalty.ts'

const part = z.string().min(1).max(255)
const key = z.strictObject({ namespace: part, key: part }).nullable()

/** What a form may say, and what is saved. */
export const loyaltySchema: z.ZodType<LoyaltyChoice> = z.strictObject({ on: z.boolean(), points: key, tier: key })

/** The choice by which values are compared just now. */
export interface LoyaltyInForce {
  readonly choice: LoyaltyChoice
  /** When it was last changed; null when it never was. */
  readonly changedAt: Date | null
}

/** As it stands in the shop's row; null there is a merchant who never chose. */
export function storedLoyalty(raw: unknown): LoyaltyChoice {
  return raw === null ? defaultLoyalty : loyaltySchema.parse(raw)
}
