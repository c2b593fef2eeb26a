import type { Refusal } from '#app/core/flow/push-outcome.ts'
import { SECOND_IDENTIFIERS } from '#app/core/profile/omission.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { mergeProfiles } from '#app/klaviyo/merge-profiles.ts'
import type { UpsertOutcome } from '#app/klaviyo/upsert-profile.ts'
import { findOwners } from '#app/store/profile-owners.ts'
import type { Conducting } from './conducting.ts'
import { holdingBackIdentifiers, intoProfile, type OutgoingPush, withoutField } from './outgoing-push.ts'
import { takeCalls } from './take-calls.ts'

/** In what other form a profile may go, by what Klaviyo answered; null when there is none, or it was taken. */
export async function nextVariant(
  conducting: Conducting,
  sent: OutgoingPush,
  answer: UpsertOutcome,
): Promise<OutgoingPush | null> {
  if (answer.kind === 'unknown_id') return holdingBackIdentifiers({ ...sent, klaviyoId: null })
  if (answer.kind !== 'refused') return null
  if (answer.fields.length > 0) return withoutFields(sent, answer)
  return answer.code === 'identity_conflict' ? withoutWhatIsTaken(conducting, sent, answer) : null
}

function withoutFields(sent: OutgoingPush, { fields, words }: Refusal): OutgoingPush | null {
  const next = fields.reduce((push, field) => withoutField(push, field, { reason: 'refused', words }), sent)
  return next === sent ? null : next
}

/**
 * The address decides who a customer is: a phone number or an external id that is another profile's is left to that one. If it is the
 * address that is another's, it may be a profile that a customer of ours has left.
 */
async function withoutWhatIsTaken(
  conducting: Conducting,
  sent: OutgoingPush,
  { conflictsWith, words }: Refusal,
): Promise<OutgoingPush | null> {
  for (const field of SECOND_IDENTIFIERS) {
    const next = withoutField(sent, field, { reason: 'taken', words })
    if (next !== sent) return { ...next, takenBy: conflictsWith }
  }
  return conflictsWith === null ? null : intoLeftProfile(conducting, sent, conflictsWith)
}

/**
 * Into the profile that has the customer's new address, if the customer it was is none any more, or has no address. Klaviyo is asked to merge
 * the customer's former profile into it, so that their history comes along and no second profile stays behind.
 */
async function intoLeftProfile(
  conducting: Conducting,
  sent: OutgoingPush,
  klaviyoId: string,
): Promise<OutgoingPush | null> {
  const owner = (await findOwners(conducting.shop, [klaviyoId])).get(klaviyoId)
  if (!owner?.hasLeft || owner.customerId === sent.customerId) return null
  const into = intoProfile({ ...sent, takenBy: null }, klaviyoId, owner.fields)
  if (sent.klaviyoId === null) return into
  const allowed = await takeCalls(conducting, endpoints.mergeProfiles, 1)
  if (allowed.kind !== 'granted') return null
  const merged = await mergeProfiles(conducting.connection.key, { from: sent.klaviyoId, into: klaviyoId })
  if (merged.kind === 'taken') return { ...into, awaitsMerge: true }
  return merged.kind === 'refused' ? into : null // refused: the former profile is no more
}
