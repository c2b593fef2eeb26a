import { hash } from 'node:crypto'
import type { Reading } from '#app/core/flow/decision.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import type { Customer } from '#app/core/profile/customer.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { type FieldName, fieldNamesOf } from '#app/core/profile/field-names.ts'
import { type InvalidField, type MappedCustomer, mapCustomer } from '#app/core/profile/map-customer.ts'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import type { Memberships } from '#app/core/profile/memberships.ts'
import { largestField, MAX_PROFILE_BYTES } from '#app/core/profile/profile-size.ts'
import type { Sharing } from '#app/core/profile/sharing.ts'
import { type Audience, exclusionOf } from '#app/core/settings/audience.ts'

/** In characters: 132 bits, enough that two profiles of a customer never have the same hash by chance. */
const HASH_LENGTH = 22

/** A reading; for a profile, with the text that would be sent. */
export type ReadProfile =
  | Exclude<Reading, { kind: 'profile' }>
  | (Extract<Reading, { kind: 'profile' }> & {
      readonly canonical: string
      readonly email: string
      /** Those of the kept fields whose value in Shopify is not what it must be. */
      readonly invalid: readonly InvalidField[]
    })

/** The merchant's settings: which customers are synced, and which fields are sent. */
export interface Choice {
  readonly audience: Audience
  readonly mapping: Mapping
  readonly sharing: Sharing
}

/**
 * Applies the rules and the mapping to a customer read from Shopify; null is one that Shopify no longer has. The rules come first: a bad
 * address is no issue in a customer that is excluded anyway.
 */
export function readProfile(
  customer: Customer | null,
  memberships: Memberships,
  { audience, mapping, sharing }: Choice,
): ReadProfile {
  if (!customer) return { kind: 'gone' }
  const { updatedAt } = customer
  const rule = exclusionOf(customer, memberships, audience)
  if (rule) return { kind: 'excluded', code: rule, updatedAt }
  const email = emailAddressOf(customer.email)
  if (email.kind === 'missing') return { kind: 'excluded', code: 'no_email', updatedAt }
  if (email.kind === 'malformed') return { kind: 'issue', code: 'invalid_email', words: null, updatedAt }
  const mapped = mapCustomer(customer, email.address, mapping, sharing)
  const { profile, kept, invalid, conflict } = mapped
  if (conflict !== null) return { kind: 'issue', code: 'conflicting_tags', words: conflict, updatedAt }
  const canonical = canonicalProfile(profile)
  if (isTooLarge(canonical)) return { kind: 'issue', code: 'too_large', words: largestField(profile), updatedAt }
  let fields: FieldName[] | null = null
  return {
    kind: 'profile',
    hash: hashOfMapped(mapped, canonical),
    // A comparison does not ask for the fields of customers that it finds unchanged.
    get fields() {
      fields ??= fieldNamesOf(profile)
      return fields
    },
    kept,
    invalid,
    canonical,
    email: email.address,
    updatedAt,
  }
}

/** Whether Klaviyo would refuse the profile for its size. A character takes at most three bytes, so short texts need not be measured. */
export function isTooLarge(canonical: string): boolean {
  return canonical.length * 3 > MAX_PROFILE_BYTES && Buffer.byteLength(canonical) > MAX_PROFILE_BYTES
}

/**
 * The hash of what a customer maps to. Fields that are kept count: a value that Klaviyo keeps may have to be cleared later. Of fields that are
 * added when the profile is sent, the names count: their values change only with others.
 */
export function hashOfMapped({ kept, invalid, added }: MappedCustomer, canonical: string): string {
  const more = [
    ...(kept.length > 0 ? [JSON.stringify([kept, invalid])] : []),
    ...(added.length > 0 ? [JSON.stringify(added)] : []),
  ]
  return hashOf([canonical, ...more].join(' '))
}

/** The hash that a row stores instead of a profile. */
export function hashOf(canonical: string): string {
  return hash('sha256', canonical, 'base64url').slice(0, HASH_LENGTH)
}
