import { z } from 'zod'
import { cleanText } from '../clean-text.ts'

/** Where profiles land in Klaviyo, as a merchant chose it. */
export interface DeliveryChoice {
  /** The list that new profiles are added to, as it was called when it was chosen; null for none. */
  readonly list: KlaviyoList | null
  /** What becomes of a profile that is in Klaviyo already, and that Lockstep never wrote. */
  readonly existing: 'update' | 'leave'
  /** How many profiles one full run may create; null for as many as there are. */
  readonly mostNew: number | null
}

export interface KlaviyoList {
  readonly id: string
  readonly name: string
}

/** What a merchant gets who never chose anything. */
export const defaultDelivery: DeliveryChoice = { list: null, existing: 'update', mostNew: null }

/** No account has so many profiles; a number with more digits is a slip. */
export const MOST_NEW_PROFILES = 100_000_000

/** What may be saved, and what a form may say. */
export const deliverySchema: z.ZodType<DeliveryChoice> = z.strictObject({
  list: z
    .strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/), name: z.string().max(500).transform(cleanText) })
    .nullable(),
  existing: z.enum(['update', 'leave']),
  mostNew: z.number().int().min(1).max(MOST_NEW_PROFILES).nullable(),
})

/** As it stands in the shop's row; null there is what everybody has who never chose. */
export function storedDelivery(raw: unknown): DeliveryChoice {
  return raw === null ? defaultDelivery : deliverySchema.parse(raw)
}

/** Whether customers who stand as the choice before had them are to be looked at again: a list is for new profiles only. */
export function comparesAfter(before: DeliveryChoice, next: DeliveryChoice): boolean {
  return before.existing !== next.existing || (before.mostNew !== null && next.mostNew === null)
}

/** Why a list does not take profiles: it is no longer there, or the key may not change lists. */
export type ListProblem = 'gone' | 'forbidden'
