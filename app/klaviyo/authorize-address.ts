import { createHash, randomBytes } from 'node:crypto'
import { config } from '#app/config.server.ts'
import { SCOPES_ASKED } from './endpoints.ts'

/** Returns a new PKCE verifier, to be kept on the server until the merchant is back: 64 random bytes, as in Klaviyo's own samples (RFC 7636). */
export function newVerifier(): string {
  return randomBytes(64).toString('base64url')
}

/**
 * Returns where a merchant allows the app at Klaviyo; null if the operator has no app there. `redirectUri` is one of those that the app has
 * registered, letter by letter; `state` comes back unchanged. It must be opened in the whole window, not in a frame.
 * https://developers.klaviyo.com/en/docs/set_up_oauth
 */
export function authorizeAddress(asked: { redirectUri: string; state: string; verifier: string }): string | null {
  if (!config.klaviyoOAuth) return null
  const address = new URL(config.klaviyoOAuth.authorizeUrl)
  const params = {
    response_type: 'code',
    client_id: config.klaviyoOAuth.clientId,
    redirect_uri: asked.redirectUri,
    scope: SCOPES_ASKED.join(' '),
    state: asked.state,
    code_challenge: createHash('sha256').update(asked.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(params)) address.searchParams.set(name, value)
  return address.href
}
