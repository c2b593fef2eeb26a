import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { askKlaviyo } from './ask-klaviyo.ts'

/**
 * Asks Klaviyo to delete a profile, which it does a little later. `done` also if there is no such profile; `scope_missing` if the connection may
 * not delete any, though it may be good for everything else. Exactly one identifier may be
 * named, and `attributes` must be present even then. https://developers.klaviyo.com/en/reference/request_profile_deletion
 */
export async function requestDeletion(
  access: KlaviyoAccess,
  klaviyoId: string,
): Promise<{ readonly kind: 'done' | 'refused' | 'scope_missing' } | Interruption> {
  const profile = { type: 'profile', id: klaviyoId, attributes: {} }
  const body = JSON.stringify({
    data: { type: 'data-privacy-deletion-job', attributes: { profile: { data: profile } } },
  })
  const path = '/api/data-privacy-deletion-jobs'
  const answer = await askKlaviyo(access, { method: 'POST', path, body, mayLackScope: true })
  if (answer.kind === 'unauthorized' && answer.forbidden) return { kind: 'scope_missing' }
  if (answer.kind === 'answered' || (answer.kind === 'refused' && answer.status === 404)) return { kind: 'done' }
  return answer.kind === 'refused' ? { kind: 'refused' } : answer
}
