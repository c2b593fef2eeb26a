import type { Landing } from '#app/core/flow/new-profiles.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import { type ClearedFields, clearedFields, type FieldName, fieldNamesOf } from '#app/core/profile/field-names.ts'
import { leaveOutField, valueAt } from '#app/core/profile/leave-out-field.ts'
import type { LoyaltyValues } from '#app/core/profile/loyalty.ts'
import { type Omission, SECOND_IDENTIFIERS } from '#app/core/profile/omission.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import { hashOf } from './read-profile.ts'

/** One customer whose profile is to be written. */
export interface OutgoingPush {
  readonly customerId: CustomerId
  /** The text that travels. */
  readonly canonical: string
  readonly email: string
  /** Of the profile that the customer is to have; without the second identifiers while they are held back. */
  readonly hash: string
  readonly fields: readonly FieldName[]
  /** Fields that were delivered before, and may be cleared. */
  readonly delivered: readonly FieldName[]
  /** These and every field delivered before: what the profile may carry while the answer is out. */
  readonly mayCarry: readonly FieldName[]
  readonly updatedAt: Date
  readonly klaviyoId: string | null
  readonly landing: Landing
  /** Null unless their changes are sent as events. */
  readonly loyalty: LoyaltyValues | null
  readonly clears: ClearedFields | null
  /** Second identifiers that wait until the profile's id is known. */
  readonly heldBack: readonly FieldName[]
  readonly omitted: readonly Omission[]
  /** The profile that has the identifier that was left out; null when none was. */
  readonly takenBy: string | null
  /** Klaviyo was asked to merge the customer's former profile into this one, which it does a little later. */
  readonly awaitsMerge: boolean
  /** This try, from 1. */
  readonly attempt: number
  readonly alone: boolean
}

/**
 * The same without a field that Klaviyo minds. What was delivered of it before is cleared: it is no longer the customer's. The hash
 * stays: the customer counts as delivered until the profile that they are to have changes.
 */
export function withoutField(
  push: OutgoingPush,
  field: FieldName,
  why: Pick<Omission, 'reason' | 'words'>,
): OutgoingPush {
  const profile = JSON.parse(push.canonical) as Profile
  const value = fingerprintOf(profile, field)
  if (value === null) return push
  const rest = leaveOutField(profile, field)
  return {
    ...rewritten(push, rest, fieldNamesOf(rest)),
    omitted: [...push.omitted, { field, ...why, value }],
  }
}

/** The fingerprint of a field's value, by which it is known again; null when the profile has no such field. */
export function fingerprintOf(profile: Profile, field: FieldName): string | null {
  const value = valueAt(profile, field)
  return value === undefined ? null : hashOf(JSON.stringify(value))
}

/**
 * The same for a profile whose Klaviyo id is not known: Klaviyo would take a phone number or an external id for the sign of another
 * profile, and write into that. They are sent by id, once it is known. The hash is of what travels, so that the next read finds that
 * something is missing.
 */
export function holdingBackIdentifiers(push: OutgoingPush): OutgoingPush {
  const profile = JSON.parse(push.canonical) as Profile
  const held = SECOND_IDENTIFIERS.filter((field) => profile[field] !== undefined)
  if (held.length === 0) return push
  const rest = held.reduce<Profile>(leaveOutField, profile)
  const sent = rewritten(push, rest, [...fieldNamesOf(rest), ...held])
  return { ...sent, fields: fieldNamesOf(rest), hash: hashOf(sent.canonical), heldBack: held }
}

/** `kept` are not cleared. */
function rewritten(push: OutgoingPush, profile: Profile, kept: readonly FieldName[]): OutgoingPush {
  return {
    ...push,
    canonical: canonicalProfile(profile),
    fields: fieldNamesOf(profile),
    clears: clearedFields(push.delivered, kept),
  }
}

/** The same into another profile, which may carry these fields besides. */
export function intoProfile(push: OutgoingPush, klaviyoId: string, carries: readonly FieldName[]): OutgoingPush {
  const delivered = [...new Set([...push.delivered, ...carries])].sort()
  return { ...push, klaviyoId, delivered, clears: clearedFields(delivered, push.fields) }
}
