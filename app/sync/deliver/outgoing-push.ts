import type { LastHeard } from '#app/core/flow/heard.ts'
import type { ProfileOrigin } from '#app/core/flow/new-profiles.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import { type ClearedFields, clearedFields, type FieldName, fieldNamesOf } from '#app/core/profile/field-names.ts'
import type { TimedValues } from '#app/core/profile/loyalty-times.ts'
import { type Omission, SECONDARY_IDENTIFIERS } from '#app/core/profile/omission.ts'
import { omitField, valueAt } from '#app/core/profile/omit-field.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import { hashOf } from './read-profile.ts'

/** One customer whose profile is to be written. */
export interface OutgoingPush {
  readonly customerId: CustomerId
  /** The profile's canonical text, as it is sent. */
  readonly canonical: string
  readonly email: string
  /** The hash of the complete profile; without the second identifiers while they are held back. */
  readonly hash: string
  readonly fields: readonly FieldName[]
  /** Fields that were delivered before, and that may be cleared. */
  readonly delivered: readonly FieldName[]
  /** `fields` and every field delivered before: what the profile may contain until the answer is known. */
  readonly mayCarry: readonly FieldName[]
  readonly updatedAt: Date
  readonly klaviyoId: string | null
  readonly origin: ProfileOrigin
  /** The values that are stored with the delivery, and the times that are sent with them. Null if none are stored. */
  readonly loyalty: TimedValues | null
  readonly fieldsToClear: ClearedFields | null
  /** Second identifiers that wait until the profile's id is known. */
  readonly heldBack: readonly FieldName[]
  /** Fields that Klaviyo keeps as it has them. Those that were delivered before are among `fields`, so that they can be cleared later. */
  readonly kept: readonly FieldName[]
  readonly omitted: readonly Omission[]
  /** The Klaviyo id of the profile that has the identifier that was left out; null when none was left out. */
  readonly takenBy: string | null
  /** True if Klaviyo was asked to merge the customer's former profile into this one, which it does some seconds later. */
  readonly awaitsMerge: boolean
  /** The number of this attempt, from 1. */
  readonly attempt: number
  readonly singleOnly: boolean
  /** How the change was heard of that is sent; null in a run. */
  readonly heard: LastHeard | null
  /** The id of the request that is to carry it alone; null for an import, whose id it has. */
  readonly delivery: string | null
}

/**
 * Returns the push without a field that Klaviyo refused. A value of it that was delivered before is cleared. The hash does not change: the
 * customer counts as delivered until the complete profile changes. Returns the same push if it has no such field.
 */
export function withoutField(
  push: OutgoingPush,
  field: FieldName,
  why: Pick<Omission, 'reason' | 'words'>,
): OutgoingPush {
  const profile = JSON.parse(push.canonical) as Profile
  const value = fingerprintOf(profile, field)
  if (value === null) return push
  const rest = omitField(profile, field)
  return {
    ...rewritten(push, rest, []),
    omitted: [...push.omitted, { field, ...why, value }],
  }
}

/** The fingerprint of a field's value, to recognize the value later; null when the profile has no such field. */
export function fingerprintOf(profile: Profile, field: FieldName): string | null {
  const value = valueAt(profile, field)
  return value === undefined ? null : hashOf(JSON.stringify(value))
}

/**
 * Returns the push without phone number and external id, for a profile whose Klaviyo id is not known: Klaviyo might match another profile
 * by them, and write into that. They are sent once the id is known. The hash is that of the text without them, so that the next read finds
 * that something is missing.
 */
export function holdingBackIdentifiers(push: OutgoingPush): OutgoingPush {
  const profile = JSON.parse(push.canonical) as Profile
  const held = SECONDARY_IDENTIFIERS.filter((field) => profile[field] !== undefined)
  if (held.length === 0) return push
  const rest = held.reduce<Profile>(omitField, profile)
  const sent = rewritten(push, rest, held)
  return { ...sent, hash: hashOf(sent.canonical), heldBack: held }
}

/** Returns the push with another profile. Fields that it no longer has are cleared, apart from those in `stay`. */
export function rewritten(push: OutgoingPush, profile: Profile, stay: readonly FieldName[]): OutgoingPush {
  const fields = fieldNamesOf(profile)
  return {
    ...push,
    canonical: canonicalProfile(profile),
    fields: fieldsAfter(fields, push.kept, push.delivered),
    fieldsToClear: clearedFields(push.delivered, [...fields, ...stay, ...push.kept]),
  }
}

/** Returns the fields that a profile carries once these were sent: also those that it keeps from an earlier delivery. */
export function fieldsAfter(
  sent: readonly FieldName[],
  kept: readonly FieldName[],
  delivered: readonly FieldName[],
): readonly FieldName[] {
  const stay = kept.length === 0 ? [] : kept.filter((field) => delivered.includes(field))
  return stay.length === 0 ? sent : [...sent, ...stay].sort()
}

/** Returns the push into another profile, which may contain the fields `carries` in addition. */
export function intoProfile(push: OutgoingPush, klaviyoId: string, carries: readonly FieldName[]): OutgoingPush {
  const delivered = [...new Set([...push.delivered, ...carries])].sort()
  return { ...push, klaviyoId, delivered, fieldsToClear: clearedFields(delivered, [...push.fields, ...push.kept]) }
}
