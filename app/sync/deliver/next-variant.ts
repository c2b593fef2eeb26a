import type { Refusal } from '#app/core/flow/push-outcome.ts'
import { SECONDARY_IDENTIFIERS } from '#app/core/profile/omission.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { mergeProfiles } from '#app/klaviyo/merge-profiles.ts'
import type { UpsertOutcome } from '#app/klaviyo/upsert-profile.ts'
import { autocommit } from '#app/store/database.ts'
import { findOwners } from '#app/store/profile-owners.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { acquireCalls } from './acquire-calls.ts'
import { holdingBackIdentifiers, intoProfile, type OutgoingPush, withoutField } from './outgoing-push.ts'

/** Returns another form in which the profile can be sent, given Klaviyo's answer; null when there is none, or Klaviyo accepted it. */
export async function nextVariant(
  turn: ShopTurn,
  sent: OutgoingPush,
  answer: UpsertOutcome,
): Promise<OutgoingPush | null> {
  if (answer.kind === 'unknown_id') return holdingBackIdentifiers({ ...sent, klaviyoId: null })
  if (answer.kind !== 'refused') return null
  if (answer.fields.length > 0) return withoutFields(sent, answer)
  return answer.code === 'identity_conflict' ? withoutTakenIdentifier(turn, sent, answer) : null
}

function withoutFields(sent: OutgoingPush, { fields, words }: Refusal): OutgoingPush | null {
  const next = fields.reduce((push, field) => withoutField(push, field, { reason: 'refused', words }), sent)
  return next === sent ? null : next
}

/**
 * The email address identifies a customer: a phone number or an external id that belongs to another profile is left out. If the address
 * itself belongs to another profile, that may be one that no customer uses any more.
 */
async function withoutTakenIdentifier(
  turn: ShopTurn,
  sent: OutgoingPush,
  { conflictsWith, words }: Refusal,
): Promise<OutgoingPush | null> {
  for (const field of SECONDARY_IDENTIFIERS) {
    const next = withoutField(sent, field, { reason: 'taken', words })
    if (next !== sent) return { ...next, takenBy: conflictsWith }
  }
  return conflictsWith === null ? null : intoReleasedProfile(turn, sent, conflictsWith)
}

/**
 * Returns a push into the profile that has the customer's new address, if the customer it belonged to no longer exists or has no address;
 * otherwise null. Klaviyo is asked to merge the customer's former profile into it, so that the history is kept and no second profile remains.
 */
async function intoReleasedProfile(
  turn: ShopTurn,
  sent: OutgoingPush,
  klaviyoId: string,
): Promise<OutgoingPush | null> {
  const owner = (await findOwners(turn.shop, [klaviyoId], autocommit)).get(klaviyoId)
  if (!owner?.canBeTakenOver || owner.customerId === sent.customerId) return null
  const into = intoProfile({ ...sent, takenBy: null }, klaviyoId, owner.fields)
  if (sent.klaviyoId === null) return into
  const allowed = await acquireCalls(turn, endpoints.mergeProfiles, 1)
  if (allowed.kind !== 'granted') return null
  const merged = await mergeProfiles(turn.credential.access, { from: sent.klaviyoId, into: klaviyoId })
  if (merged.kind === 'taken') return { ...into, awaitsMerge: true }
  return merged.kind === 'refused' ? into : null // refused: the former profile no longer exists
}
