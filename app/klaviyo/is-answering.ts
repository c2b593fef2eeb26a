import type { Endpoint } from '#app/core/flow/budget.ts'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import { askKlaviyo } from './ask-klaviyo.ts'
import { endpoints } from './endpoints.ts'

const paths: ReadonlyMap<Endpoint, string> = new Map([
  [endpoints.upsertProfile, '/api/profile-import'],
  [endpoints.submitImport, '/api/profile-bulk-import-jobs'],
])

/** Whether an endpoint that writes profiles can be probed with an empty body. */
export function canBeProbed(endpoint: Endpoint): boolean {
  return paths.has(endpoint)
}

/** Whether such an endpoint gives any answer of Klaviyo's to an empty body. The body is refused, and nothing is written. */
export async function isAnswering(access: KlaviyoAccess, endpoint: Endpoint): Promise<boolean> {
  const answer = await askKlaviyo(access, { method: 'POST', path: paths.get(endpoint)!, body: '{}' })
  return answer.kind !== 'unavailable'
}
