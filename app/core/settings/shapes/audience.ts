import { z } from 'zod'
import { type Audience, accountStates, consentRules, isName } from '../audience.ts'

const MAX_COUNTRIES = 300

const text = z.string().trim().refine(isName)
const segment = z.strictObject({ id: z.string().regex(/^gid:\/\/shopify\/Segment\/\d+$/), name: text })
const company = z.strictObject({ id: z.string().regex(/^gid:\/\/shopify\/Company\/\d+$/), name: text })

export const audienceShape: z.ZodType<Audience> = z.strictObject({
  tags: z.strictObject({ anyOf: z.array(text).max(1_000), noneOf: z.array(text).max(1_000) }),
  accountStates: z.array(z.enum(accountStates)).max(100),
  consent: z.enum(consentRules),
  countries: z.array(z.string().regex(/^[A-Z]{2}$/)).max(MAX_COUNTRIES),
  segments: z.array(segment).max(1_000),
  companies: z.strictObject({
    who: z.enum(['everyone', 'only_contacts', 'no_contacts']),
    companies: z.array(company).max(1_000),
    roles: z.array(text).max(1_000),
  }),
  leaving: z.enum(['keep', 'off_list']),
})
