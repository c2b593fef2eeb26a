import { z } from 'zod'
import type { FieldName } from '../profile/field-names.ts'
import { computedOff, defaultMapping, type Mapping, mappingsEquivalent } from '../profile/mapped-fields.ts'
import { meanings, valueKinds } from '../profile/mapped-values.ts'
import { isFaulty, mappingFaults } from '../profile/mapping-faults.ts'
import { plainSharing, type Sharing } from '../profile/sharing.ts'
import type { Setting } from './setting.ts'

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

const shape: z.ZodType<Mapping> = z.strictObject({
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

/** What is sent. mappingFaults returns why a mapping may not be saved, row by row. */
export const mappingSetting: Setting<Mapping> = {
  shape,
  initial: defaultMapping,
  isValid: (mapping) => !isFaulty(mappingFaults(mapping)),
  needsComparison: (before, next) => !mappingsEquivalent(before, next),
}

/** The mapping with which a shop's customers are sent now, and what remains of earlier ones. */
export interface MappingInForce {
  readonly mapping: Mapping
  /** What of it is written, and under which names, if other shops write to the same account. */
  readonly sharing: Sharing
  /** Fields that were delivered once and stay in Klaviyo: they are never cleared. */
  readonly forgotten: readonly FieldName[]
  /** When the mapping last changed; null if it never did. */
  readonly changedAt: Date | null
}

export const defaultInForce: MappingInForce = {
  mapping: defaultMapping,
  sharing: plainSharing,
  forgotten: [],
  changedAt: null,
}
