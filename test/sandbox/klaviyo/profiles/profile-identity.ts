import { identifierFields, type ProfileRecord, type SentProfile } from './profile-record.ts'
import type { ProfileStore } from './profile-store.ts'

/** Whose profile a request means. */
export type Identity =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'known'; readonly profile: ProfileRecord }
  /** Two identifiers belong to two profiles. `primary` is the one found first. */
  | { readonly kind: 'conflict'; readonly primary: ProfileRecord; readonly duplicate: ProfileRecord }
  | { readonly kind: 'unknown_id'; readonly id: string }
  | { readonly kind: 'no_identifier' }

/**
 * By id when one is given, else by any of email, phone and external id. Another identifier in the same call then belongs to
 * the match, unless it already is another profile's: 409 `duplicate_profile` (klaviyo-api-node #74, #75; klaviyo-api-php #63).
 * No order of precedence was ever published; the one here is the order of the fields.
 */
export function identityOf(store: ProfileStore, sent: SentProfile): Identity {
  const id = sent.id ?? null
  let match: ProfileRecord | undefined
  if (id !== null) {
    match = store.byId(id)
    if (match === undefined) return { kind: 'unknown_id', id }
  }
  let identified = match !== undefined
  for (const field of identifierFields) {
    const value = sent.attributes[field]
    if (value === undefined || value === null || value === '') continue
    identified = true
    const owner = store.byIdentifier(field, value)
    if (owner === undefined || owner === match) continue
    if (match !== undefined) return { kind: 'conflict', primary: match, duplicate: owner }
    match = owner
  }
  if (match !== undefined) return { kind: 'known', profile: match }
  return identified ? { kind: 'nobody' } : { kind: 'no_identifier' }
}
