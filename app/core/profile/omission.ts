import type { FieldName } from './field-names.ts'

/** A field that a profile goes without, though the customer has it and the mapping sends it. */
export interface Omission {
  readonly field: FieldName
  /** `refused`: Klaviyo does not take the value. `taken`: it identifies another profile. */
  readonly reason: 'refused' | 'taken'
  /** Klaviyo's own, without the customer's data. */
  readonly words: string
  /** Fingerprint of the value that was left out: while it is the same, a refused one is not tried again. */
  readonly value: string
}

/** Required: without these a profile cannot be matched to its customer. */
const REQUIRED: ReadonlySet<FieldName> = new Set(['email', 'properties', 'properties.shopify_customer_id'])

/** Whether a profile may go without a field. */
export function isOptional(field: FieldName): boolean {
  return field !== '' && !REQUIRED.has(field)
}

/** Klaviyo also finds a profile by these; only the address decides which profile is a customer's. */
export const SECOND_IDENTIFIERS = ['phone_number', 'external_id'] as const
