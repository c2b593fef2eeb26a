import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { askKlaviyo } from './ask-klaviyo.ts'

/**
 * Asks Klaviyo to delete a person. `done` also when it knows nobody of that name: then there is nothing to delete.
 * https://developers.klaviyo.com/en/reference/request_profile_deletion
 */
export async function requestDeletion(
  key: string,
  person: { readonly klaviyoId: string } | { readonly email: string } | { readonly phone: string },
): Promise<{ readonly kind: 'done' } | { readonly kind: 'refused' } | Interruption> {
  const profile =
    'klaviyoId' in person
      ? { type: 'profile', id: person.klaviyoId }
      : { type: 'profile', attributes: 'email' in person ? { email: person.email } : { phone_number: person.phone } }
  const body = JSON.stringify({
    data: { type: 'data-privacy-deletion-job', attributes: { profile: { data: profile } } },
  })
  const answer = await askKlaviyo(key, { method: 'POST', path: '/api/data-privacy-deletion-jobs', body })
  if (answer.kind === 'answered' || (answer.kind === 'refused' && answer.status === 404)) return { kind: 'done' }
  return answer.kind === 'refused' ? { kind: 'refused' } : answer
}
