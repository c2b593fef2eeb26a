import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { askKlaviyo } from './ask-klaviyo.ts'

/**
 * Asks Klaviyo to merge one profile into another, which keeps its own values. Klaviyo does so a little later. `refused` if one of them no
 * longer exists. https://developers.klaviyo.com/en/reference/merge_profiles
 */
export async function mergeProfiles(
  access: KlaviyoAccess,
  { from, into }: { from: string; into: string },
): Promise<{ readonly kind: 'taken' } | { readonly kind: 'refused' } | Interruption> {
  const relationships = { profiles: { data: [{ type: 'profile', id: from }] } }
  const body = JSON.stringify({ data: { type: 'profile-merge', id: into, relationships } })
  const answer = await askKlaviyo(access, { method: 'POST', path: '/api/profile-merge', body })
  if (answer.kind === 'answered') return { kind: 'taken' }
  return answer.kind === 'refused' ? { kind: 'refused' } : answer
}
