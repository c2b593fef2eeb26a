import type { KeyObject } from 'node:crypto'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { ShopDomain } from '#app/core/ids.ts'
import { tellCall } from '#app/telemetry/facts.ts'
import { retryAfterMs } from './http-failure.ts'

// Everything that is known and assumed of Shopify's application-only access tokens is in this file.
//
// Documented (https://shopify.dev/docs/apps/build/authentication-authorization/application-only-access-tokens, of which only the beginning
// could be read): the server signs a short-lived JWT, a "client assertion", with a private key of its own instead of sending the client
// secret; the public key is entered in the Dev Dashboard as a JWK; the example's key is RSA with 3072 bits; an assertion is signed for one
// store, which must have the app installed; a public app's token is good for up to an hour.
// Assumed, after RFC 7523 (https://www.rfc-editor.org/rfc/rfc7523) and the client credentials grant beside it
// (https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets): the address, the names of the parameters, the claims and
// the algorithm. Nothing of it was tried against Shopify: if its page says otherwise, correct it here and in the stand-in's client-assertion.ts.
// Seen second-hand, for the client credentials grant (https://community.shopify.dev/t/33287): 400 with the code `app_not_installed`.

const TIMEOUT_MS = 20_000
/** RFC 7523 wants an assertion to be short-lived. It is used at once; the rest is for clocks that differ. */
const ASSERTION_LIFE_SECONDS = 120
/** Documented as at most an hour; counts where an answer names no lifetime. */
const LONGEST_LIFE_SECONDS = 3_600

/** RSA, of at least 3072 bits. */
export interface AppKey {
  readonly privateKey: KeyObject
  /** The `kid` under which Shopify knows the public key; null if it has none. */
  readonly id: string | null
}

export interface AppIdentity {
  readonly apiKey: string
  readonly appKey: AppKey
}

export type ApplicationTokenAnswer =
  | { readonly kind: 'answered'; readonly token: string; readonly lifeMs: number }
  /** Shopify does not know this key, or no longer: no shop can be given a token until the operator acts. */
  | { readonly kind: 'app_refused' }
  /** This shop is given none, because it does not have the app, for example. `code` is Shopify's own, null if it gave none. */
  | { readonly kind: 'shop_refused'; readonly code: string | null }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'unavailable' }

const given = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().catch(LONGEST_LIFE_SECONDS),
})
const refused = z.object({ error: z.string() })

/** RFC 6749, section 5.2, for a client that is not known, and for an assertion that is not accepted (RFC 7523, section 3.2). */
const APP_CODES: readonly string[] = ['invalid_client', 'unauthorized_client', 'invalid_client_assertion']

/** Asks for an access token for a shop that has the app, by an assertion that is signed with the app's private key. */
export function requestApplicationToken(shop: ShopDomain, app: AppIdentity): Promise<ApplicationTokenAnswer> {
  return tellCall({ service: 'shopify', operation: () => 'ApplicationToken' }, ask(shop, app))
}

async function ask(shop: ShopDomain, app: AppIdentity): Promise<ApplicationTokenAnswer> {
  const address = `https://${shop}/admin/oauth/access_token`
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: app.apiKey,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signAssertion(app, address),
  })
  let answer: Response
  let text: string
  try {
    answer = await fetch(address, {
      method: 'POST',
      headers: { accept: 'application/json', 'user-agent': 'Lockstep' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    text = await answer.text()
  } catch {
    return { kind: 'unavailable' }
  }
  return meaningOf(answer, readJson(text))
}

async function signAssertion({ apiKey, appKey }: AppIdentity, address: string): Promise<string> {
  // Few installations have a key, so the library is loaded only where it is used.
  const { SignJWT } = await import('jose')
  const nowSeconds = Math.floor(Date.now() / 1000)
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(appKey.id !== null && { kid: appKey.id }) })
    .setIssuer(apiKey)
    .setSubject(apiKey)
    .setAudience(address)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + ASSERTION_LIFE_SECONDS)
    .setJti(randomUUID())
    .sign(appKey.privateKey)
}

function meaningOf({ ok, status, headers }: Response, body: unknown): ApplicationTokenAnswer {
  const token = given.safeParse(body).data
  if (ok && token) return { kind: 'answered', token: token.access_token, lifeMs: token.expires_in * 1000 }
  if (status === 429) return { kind: 'throttled', retryAfterMs: retryAfterMs(headers.get('retry-after')) }
  const code = refused.safeParse(body).data?.error ?? null
  if (code !== null && APP_CODES.includes(code)) return { kind: 'app_refused' }
  if (status === 401 && code === null) return { kind: 'app_refused' }
  return status >= 400 && status < 500 ? { kind: 'shop_refused', code } : { kind: 'unavailable' }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the page of a proxy in between
  }
}
