import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'
import { quoted } from './find-profiles.ts'
import { type LiveProfile, liveProfileOf, PROFILE_FIELDS, profileResource } from './read-profile.ts'

const page = z.object({ data: z.array(profileResource) })

/**
 * Reads profiles by their ids, or by addresses: up to 100, one call. One that Klaviyo no longer has is not among them. `refused` if Klaviyo cannot
 * parse one of the addresses. https://developers.klaviyo.com/en/reference/get_profiles
 */
export async function readProfiles(
  access: KlaviyoAccess,
  by: { readonly klaviyoIds: readonly string[] } | { readonly emails: readonly string[] },
): Promise<
  { readonly kind: 'read'; readonly profiles: readonly LiveProfile[] } | { readonly kind: 'refused' } | Interruption
> {
  const [field, values] = 'klaviyoIds' in by ? ['id', by.klaviyoIds] : ['email', by.emails]
  const filter = encodeURIComponent(`any(${field},[${values.map(quoted).join(',')}])`)
  const path = `/api/profiles?filter=${filter}&${PROFILE_FIELDS}&page[size]=100`
  const answer = await askKlaviyo(access, { method: 'GET', path })
  if (answer.kind === 'refused') return { kind: 'refused' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(page, answer.body)
  return read ? { kind: 'read', profiles: read.data.map(liveProfileOf) } : { kind: 'unavailable' }
}
