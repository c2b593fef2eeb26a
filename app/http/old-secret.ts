import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { config } from '#app/config.server.ts'

const BEARER = 'Bearer '

/**
 * While the app's secret is changed, Shopify may still sign session tokens with the old one, and its library knows one secret only. A token
 * that the old secret signed gets the signature of the new one; what it claims is checked by the library, as ever. Any other is left alone.
 * https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials
 */
export function acceptOldSecret(request: IncomingMessage): void {
  const { apiSecret, oldApiSecret } = config.shopify
  if (oldApiSecret === null) return
  const secrets = { old: oldApiSecret, new: apiSecret }
  const { authorization } = request.headers
  if (authorization?.startsWith(BEARER)) {
    request.headers.authorization = `${BEARER}${signedByNew(authorization.slice(BEARER.length), secrets)}`
  }
  // Only the query is read: what comes before it may be no address at all.
  const [path = '', ...rest] = request.url?.split('?') ?? []
  const query = new URLSearchParams(rest.join('?'))
  const token = query.get('id_token')
  if (!token || signedByNew(token, secrets) === token) return
  query.set('id_token', signedByNew(token, secrets))
  request.url = `${path}?${query}`
}

function signedByNew(token: string, secrets: { old: string; new: string }): string {
  const [header, claims, signature, ...rest] = token.split('.')
  if (!header || !claims || !signature || rest.length > 0) return token
  const signed = `${header}.${claims}`
  return isSame(signature, signatureOf(signed, secrets.old)) ? `${signed}.${signatureOf(signed, secrets.new)}` : token
}

const signatureOf = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('base64url')

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
