import { z } from 'zod'
import type { LoyaltyChoice } from '../../profile/loyalty.ts'
import { meanings } from '../../profile/mapped-values.ts'

export const loyaltyShape: z.ZodType<LoyaltyChoice> = z.strictObject({
  on: z.boolean(),
  recorded: z.array(z.enum(meanings)).max(meanings.length),
})
