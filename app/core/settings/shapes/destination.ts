import { z } from 'zod'
import { cleanText } from '../../clean-text.ts'
import { isPrefix, plainSharing, type Sharing } from '../../profile/sharing.ts'
import { type Destination, MAX_NEW_PROFILES } from '../destination.ts'

const prefix = z.string().trim().refine(isPrefix)

/** What a form submits when it asks for the choice. */
export const sharingShape: z.ZodType<Sharing> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plain') }),
  z.strictObject({ kind: z.literal('prefixed'), prefix }),
  z.strictObject({ kind: z.literal('following'), prefix }),
])

export const destinationShape: z.ZodType<Destination> = z.strictObject({
  list: z
    .strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/), name: z.string().max(500).transform(cleanText) })
    .nullable(),
  existing: z.enum(['update', 'leave']),
  mostNew: z.number().int().min(1).max(MAX_NEW_PROFILES).nullable(),
  sharing: sharingShape.default(plainSharing), // destinations saved before this choice existed lack it
})
