import type { FieldName } from './field-names.ts'
import { OWNER_PROPERTY } from './profile.ts'

/** A field that the customer has and the mapping sends, but that the profile is sent without. */
export interface Omission {
  readonly field: FieldName
  /** `refused`: Klaviyo does not accept the value. `taken`: it identifies another profile. `invalid`: it is not what the mapping wants. */
  readonly reason: 'refused' | 'taken' | 'invalid'
  /** Klaviyo's own explanation, without the customer's data; of an invalid value why it is (InvalidValue). */
  readonly words: string
  /** Hash of the value that was left out: a refused value is not tried again while it is the same. Empty for an invalid one. */
  readonly value: string
}

/** Without these a profile cannot be matched to its customer. */
const REQUIRED: ReadonlySet<FieldName> = new Set(['email', 'properties'])

/** Whether a profile may be sent without this field. */
export function isOptional(field: FieldName): boolean {
  // Beside other shops, the property has a prefix.
  return field !== '' && !REQUIRED.has(field) && !field.endsWith(OWNER_PROPERTY)
}

/** Klaviyo also finds a profile by these; only the address decides which profile belongs to a customer. */
export const SECONDARY_IDENTIFIERS = ['phone_number', 'external_id'] as const
