import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { askKlaviyo, type KlaviyoRequest } from './ask-klaviyo.ts'
import type { Scope } from './endpoints.ts'
import { findAccount } from './find-account.ts'

export type KeyCheck =
  | { readonly kind: 'good'; readonly accountId: string; readonly accountName: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'scopes_missing'; readonly scopes: readonly Scope[] }
  | Exclude<Interruption, { kind: 'unauthorized' }>

// Klaviyo does not list a key's scopes, but refuses a call outside them with 403 before it looks at the body. An empty body therefore shows
// whether writing is allowed: 400 if it is, and nothing is written either way.
const probes: readonly { readonly scope: Scope; readonly request: KlaviyoRequest }[] = [
  { scope: 'profiles:read', request: { method: 'GET', path: '/api/profiles?page[size]=1&fields[profile]=created' } },
  { scope: 'lists:read', request: { method: 'GET', path: '/api/lists?page[size]=1&fields[list]=created' } },
  { scope: 'profiles:write', request: { method: 'POST', path: '/api/profile-import', body: '{}' } },
  { scope: 'lists:write', request: { method: 'POST', path: '/api/profile-bulk-import-jobs', body: '{}' } },
  { scope: 'data-privacy:write', request: { method: 'POST', path: '/api/data-privacy-deletion-jobs', body: '{}' } },
]

/** Returns which account a key belongs to, and whether it has the scopes that Lockstep needs. */
export async function checkKey(key: string): Promise<KeyCheck> {
  const access: KlaviyoAccess = { kind: 'key', key }
  const answer = await findAccount(access)
  // An invalid key has been seen to answer 400 as well as 401. 403 comes from a valid key without the scope, but also from one that was
  // disabled, and the two cannot be distinguished here.
  if (answer.kind === 'unauthorized' || answer.kind === 'refused')
    return (await findOtherwiseValidKey(access)) ?? { kind: 'wrong' }
  if (answer.kind !== 'found') return answer

  const missing: Scope[] = []
  for (const { scope, request } of probes) {
    const probed = await askKlaviyo(access, request)
    if (probed.kind === 'unauthorized') missing.push(scope)
    else if (probed.kind !== 'answered' && probed.kind !== 'refused') return probed
  }
  // The import probe needs profiles:write as well, so without that scope nothing is known about lists:write.
  const scopes = missing.includes('profiles:write') ? missing.filter((scope) => scope !== 'lists:write') : missing
  if (scopes.length > 0) return { kind: 'scopes_missing', scopes }
  return { kind: 'good', accountId: answer.accountId, accountName: answer.accountName }
}

/** A key that may read profiles is valid: then only accounts:read is missing. Returns null if the key is not valid. */
async function findOtherwiseValidKey(access: KlaviyoAccess): Promise<KeyCheck | null> {
  const probed = await askKlaviyo(access, { method: 'GET', path: '/api/profiles?page[size]=1&fields[profile]=created' })
  if (probed.kind === 'answered') return { kind: 'scopes_missing', scopes: ['accounts:read'] }
  return probed.kind === 'refused' || probed.kind === 'unauthorized' ? null : probed
}
