import { hash } from 'node:crypto'
import type { Reading } from '#app/core/flow/decision.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import type { Customer } from '#app/core/profile/customer.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { fieldNamesOf } from '#app/core/profile/field-names.ts'
import { mapCustomer } from '#app/core/profile/map-customer.ts'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import { largestField, MOST_PROFILE_BYTES } from '#app/core/profile/profile-size.ts'
import { exclusionOf, type Rules } from '#app/core/profile/rules.ts'
import type { Standing } from '#app/core/profile/standing.ts'

/** 132 bits: enough that two of a customer's profiles never share one by chance. */
const HASH_LENGTH = 22

/** A reading, with the text that would travel when it is a profile. */
export type ReadProfile =
  | Exclude<Reading, { kind: 'profile' }>
  | (Extract<Reading, { kind: 'profile' }> & { readonly canonical: string; readonly email: string })

/** What a shop has chosen: who is synced, and what is sent. */
export interface Choice {
  readonly rules: Rules
  readonly mapping: Mapping
}

/**
 * What a customer read from Shopify comes to; null is one that Shopify no longer has. The rules come first: an address that is none is
 * nothing to mend in a customer whom the merchant leaves out.
 */
export function readProfile(customer: Customer | null, standing: Standing, { rules, mapping }: Choice): ReadProfile {
  if (!customer) return { kind: 'gone' }
  const { updatedAt } = customer
  const rule = exclusionOf(customer, standing, rules)
  if (rule) return { kind: 'excluded', code: rule, updatedAt }
  const email = emailAddressOf(customer.email)
  if (email.kind === 'missing') return { kind: 'excluded', code: 'no_email', updatedAt }
  if (email.kind === 'malformed') return { kind: 'issue', code: 'invalid_email', words: null, updatedAt }
  const profile = mapCustomer(customer, email.address, mapping)
  const canonical = canonicalProfile(profile)
  if (isTooLarge(canonical)) return { kind: 'issue', code: 'too_large', words: largestField(profile), updatedAt }
  const fields = fieldNamesOf(profile)
  return { kind: 'profile', hash: hashOf(canonical), fields, canonical, email: email.address, updatedAt }
}

/** No character takes more than three bytes: the many short ones need not be measured. */
export function isTooLarge(canonical: string): boolean {
  return canonical.length * 3 > MOST_PROFILE_BYTES && Buffer.byteLength(canonical) > MOST_PROFILE_BYTES
}

/** The fingerprint a row keeps in place of a profile. */
export function hashOf(canonical: string): string {
  return hash('sha256', canonical, 'base64url').slice(0, HASH_LENGTH)
}
