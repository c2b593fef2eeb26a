import { z } from 'zod'
import type { FieldName } from './field-names.ts'
import { defaultMapping, type Mapping } from './mapped-fields.ts'
import { isFaulty, mappingFaults } from './mapping-faults.ts'

const field = z.strictObject({ on: z.boolean(), name: z.string().trim() })

// Shopify allows less. Other characters that a definition may have are escaped where it is queried.
const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u
const part = z.string().max(255).regex(PRINTABLE)

/** What a form may submit: of the right shape, with names still to be checked. */
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
  metafields: z.array(field.extend({ namespace: part, key: part, type: part })).max(1_000),
  clears: z.boolean(),
})

/** What may be saved. mappingFaults returns what it objects to, row by row. */
export const mappingSchema = mappingShape.refine((mapping) => !isFaulty(mappingFaults(mapping)), 'names')

/** The mapping with which a shop's customers are sent now, and what remains of earlier ones. */
export interface MappingInForce {
  readonly mapping: Mapping
  /** Fields that were delivered once and stay in Klaviyo: they are never cleared. */
  readonly forgotten: readonly FieldName[]
  /** When the mapping last changed; null if it never did. */
  readonly changedAt: Date | null
}

/** Returns the mapping stored in the shop's row; null there means the default. */
export function storedMapping(raw: unknown): Mapping {
  return raw === null ? defaultMapping : mappingShape.parse(raw) // its names were checked when it was saved
}

export const defaultInForce: MappingInForce = { mapping: defaultMapping, forgotten: [], changedAt: null }
