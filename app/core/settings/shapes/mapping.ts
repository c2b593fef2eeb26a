import { z } from 'zod'
import { computedOff, type Mapping } from '../../profile/mapped-fields.ts'
import { meanings, valueKinds } from '../../profile/mapped-values.ts'

const field = z.strictObject({ on: z.boolean(), name: z.string().trim() })

// Shopify allows less. Other characters that a definition may have are escaped where it is queried.
const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u
const part = z.string().max(255).regex(PRINTABLE)

const metafield = z.strictObject({
  kind: z.literal('metafield'),
  namespace: part,
  key: part,
  type: part,
  path: z.array(z.union([z.string().max(255), z.number().int().min(0).max(100_000)])).max(20),
})
const tag = z.strictObject({ kind: z.literal('tag'), prefix: part.min(1) })

const value = field.extend({
  source: z.discriminatedUnion('kind', [metafield, tag, z.strictObject({ kind: z.literal('store_credit') })]),
  reading: z.strictObject({
    as: z.enum(valueKinds).nullable(),
    names: z.array(z.strictObject({ value: z.string().max(255), name: z.string().trim().min(1).max(255) })).max(500),
    nothing: z.array(z.string().max(255)).max(50),
    notYet: z.array(z.string().max(255)).max(50).optional(),
    blank: z.enum(['nothing', 'unknown']),
  }),
  meaning: z.enum(meanings).nullable(),
})

export const mappingShape: z.ZodType<Mapping> = z.strictObject({
  attributes: z.strictObject({
    phone_number: z.boolean(),
    locale: z.boolean(),
    location: z.boolean(),
    external_id: z.boolean().default(false), // mappings saved before this attribute existed lack it
  }),
  standard: z.strictObject({
    accountState: field,
    amountSpent: field,
    emailConsent: field,
    orderCount: field,
    smsConsent: field,
    tags: field,
  }),
  values: z.array(value).max(1_000),
  computed: z.strictObject({ tierSince: field, lastChanged: field }).default(computedOff),
  insisted: z.array(z.string().max(255)).max(1_000).default([]),
  clears: z.boolean(),
})
