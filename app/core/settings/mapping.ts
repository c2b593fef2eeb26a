import { z } from 'zod'
import type { FieldName } from '../profile/field-names.ts'
import { defaultMapping, type Mapping, mappingsEquivalent } from '../profile/mapped-fields.ts'
import { isFaulty, mappingFaults } from '../profile/mapping-faults.ts'
import type { Setting } from './setting.ts'

const field = z.strictObject({ on: z.boolean(), name: z.string().trim() })

// Shopify allows less. Other characters that a definition may have are escaped where it is queried.
const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u
const part = z.string().max(255).regex(PRINTABLE)

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
  metafields: z.array(field.extend({ namespace: part, key: part, type: part })).max(1_000),
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
  /** Fields that were delivered once and stay in Klaviyo: they are never cleared. */
  readonly forgotten: readonly FieldName[]
  /** When the mapping last changed; null if it never did. */
  readonly changedAt: Date | null
}

export const defaultInForce: MappingInForce = { mapping: defaultMapping, forgotten: [], changedAt: null }
