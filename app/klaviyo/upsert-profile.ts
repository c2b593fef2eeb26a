import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { PushOutcome } from '#app/core/flow/push-outcome.ts'
import type { CallFacts } from '#app/core/flow/sent-request.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'
import { refusalOf } from './klaviyo-errors.ts'
import { type OutgoingProfile, profilePayload } from './profile-payload.ts'

const created = z.object({ data: z.object({ id: z.string().min(1) }) })

/** `unknown_id`: the stored profile no longer exists (merged or deleted in Klaviyo); nothing was applied. */
export type UpsertOutcome = PushOutcome | { readonly kind: 'unknown_id' }

/**
 * Creates or updates one profile; `onEnd` gets the facts of each exchange. If Klaviyo applied only part of it, it counts as refused for the rest, and is sent again without that.
 * https://developers.klaviyo.com/en/reference/create_or_update_profile
 */
export async function upsertProfile(
  access: KlaviyoAccess,
  profile: OutgoingProfile,
  onEnd: (facts: CallFacts) => void = () => {},
): Promise<UpsertOutcome> {
  const body = `{"data":${profilePayload(profile)}}`
  const answer = await askKlaviyo(access, { method: 'POST', path: '/api/profile-import', body, onEnd })
  if (answer.kind === 'answered' && answer.partial) return refusalOf(answer.partial)
  if (answer.kind === 'answered') {
    const read = readAs(created, answer.body)
    return read ? { kind: 'accepted', klaviyoId: read.data.id } : { kind: 'unavailable' }
  }
  if (answer.kind !== 'refused') return answer
  if (answer.status === 404 && profile.klaviyoId !== null) return { kind: 'unknown_id' }
  return refusalOf(answer.errors)
}
