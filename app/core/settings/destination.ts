import { z } from 'zod'
import { cleanText } from '../clean-text.ts'
import { isSameSharing, LONGEST_PREFIX, plainSharing, type Sharing } from '../profile/sharing.ts'
import type { Setting } from './setting.ts'

/** Where profiles go in Klaviyo, as chosen by a merchant. */
export interface Destination {
  /** The list that new profiles are added to, with its name when it was chosen; null for none. */
  readonly list: KlaviyoList | null
  /** What happens to a profile that already exists in Klaviyo and that Lockstep never wrote. */
  readonly existing: 'update' | 'leave'
  /** How many profiles one full run may create; null for no limit. */
  readonly mostNew: number | null
  /** What is written beside other shops in the same account. */
  readonly sharing: Sharing
}

export interface KlaviyoList {
  readonly id: string
  readonly name: string
}

/** The choice for a merchant who never chose. */
export const defaultDestination: Destination = {
  list: null,
  existing: 'update',
  mostNew: null,
  sharing: plainSharing,
}

/** No account has so many profiles; a larger number is a typing error. */
export const MAX_NEW_PROFILES = 100_000_000

const prefix = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST_PREFIX)
  .regex(/^[^\p{Cc}\p{Cs}$][^\p{Cc}\p{Cs}]*$/u)
/** What a form submits when it asks for the choice. */
export const sharingShape: z.ZodType<Sharing> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plain') }),
  z.strictObject({ kind: z.literal('prefixed'), prefix }),
  z.strictObject({ kind: z.literal('following'), prefix }),
])

/** Whether a choice may be saved: if it has a prefix, one that can begin a property's name. */
export function isValidSharing(sharing: Sharing): boolean {
  return sharingShape.safeParse(sharing).success
}

const shape: z.ZodType<Destination> = z.strictObject({
  list: z
    .strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/), name: z.string().max(500).transform(cleanText) })
    .nullable(),
  existing: z.enum(['update', 'leave']),
  mostNew: z.number().int().min(1).max(MAX_NEW_PROFILES).nullable(),
  sharing: sharingShape.default(plainSharing), // destinations saved before this choice existed lack it
})

export const destinationSetting: Setting<Destination> = {
  shape,
  initial: defaultDestination,
  isValid: () => true,
  // Customers whose state follows from the previous choice are checked again. A list is for new profiles only.
  needsComparison: (before, next) =>
    before.existing !== next.existing ||
    !isSameSharing(before.sharing, next.sharing) ||
    (before.mostNew !== null && next.mostNew === null),
}

/** Why a list accepts no profiles: it no longer exists, or the key may not change lists. */
export type ListProblem = 'gone' | 'forbidden'
