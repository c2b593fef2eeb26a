import { z } from 'zod'
import type { FieldName } from './field-names.ts'
import { defaultMapping, type Mapping } from './mapped-fields.ts'
import { isFaulty, mappingFaults } from './mapping-faults.ts'

const field = z.strictObject({ on: z.boolean(), name: z.string().trim() })

// Shopify allows less; whatever else a definition may have been made with is escaped where it is asked for.
const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u
const part = z.string().max(255).regex(PRINTABLE)

/** What a form may say: of the right shape, with names still to be judged. */
export const mappingShape: z.ZodType<Mapping> = z.strictObject({
  attributes: z.strictObject({
    phone_number: z.boolean(),
    locale: z.boolean(),
    location: z.boolean(),
    external_id: z.boolean().default(false), // what was saved before there was one lacks it
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

/** What may be saved. What it minds is told row by row by mappingFaults. */
export const mappingSchema = mappingShape.refine((mapping) => !isFaulty(mappingFaults(mapping)), 'names')

/** The mapping by which a shop's customers are sent just now, and what led to it. */
export interface MappingInForce {
  readonly mapping: Mapping
  /** Fields that were delivered once and are to stay in Klaviyo: they are never cleared. */
  readonly forgotten: readonly FieldName[]
  /** When what is sent last changed; null when it never did. */
  readonly changedAt: Date | null
}

/** As it stands in the shop's row; null there is what everybody sends who never chose. */
export function storedMapping(raw: unknown): Mapping {
  return raw === null ? defaultMapping : mappingShape.parse(raw) // its names were judged when it was saved
}

export const defaultInForce: MappingInForce = { mapping: defaultMapping, forgotten: [], changedAt: null }
