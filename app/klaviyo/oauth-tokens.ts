import { z } from 'zod'
import { config } from '#app/config.server.ts'
import type { KlaviyoGrant } from '#app/core/flow/klaviyo-grant.ts'
import { tellCall } from '#app/telemetry/facts.ts'
import { SCOPES_ASKED } from './endpoints.ts'
import { operationOf } from './operation-of.ts'

/**
 * A refresh holds a lock and a database connection, so it may not take as long as other calls: less than the ten seconds after which the
 * database ends an idle transaction. In milliseconds.
 */
const DEADLINE_MS = 8_000
const DEFAULT_WAIT_SECONDS = 30
const LONGEST_WAIT_SECONDS = 600

export type TokenOutcome = { readonly kind: 'answered'; readonly grant: KlaviyoGrant } | TokenRefusal

export type TokenRefusal =
  /** The code or the refresh token is not good (any more): the app was uninstalled, it expired, or it was used before. */
  | { readonly kind: 'grant_invalid' }
  /** The id or the secret of the app is wrong, or there is none: the operator's fault, which says nothing about the grant. */
  | { readonly kind: 'client_invalid' }
  /** The verifier is not the one with which the code was asked for. */
  | { readonly kind: 'verifier_wrong' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** No usable answer. It may have been applied; the refresh token that was sent can be tried again. */
  | { readonly kind: 'unavailable' }

/**
 * Exchanges the code with which a merchant came back. A code is good for five minutes, once. An answer that names no scopes grants what was
 * asked for (RFC 6749, 5.1).
 */
export async function exchangeCode(sent: {
  code: string
  verifier: string
  redirectUri: string
}): Promise<TokenOutcome> {
  const form = { code: sent.code, code_verifier: sent.verifier, redirect_uri: sent.redirectUri }
  const outcome = await askForTokens({ grant_type: 'authorization_code', ...form })
  if (outcome.kind !== 'answered' || outcome.grant.scopes.length > 0) return outcome
  return { kind: 'answered', grant: { ...outcome.grant, scopes: SCOPES_ASKED } }
}

/** Returns new tokens for a refresh token. The answer must be stored before it is used: the one that was sent may be dead then. */
export function refreshTokens(refreshToken: string): Promise<TokenOutcome> {
  return askForTokens({ grant_type: 'refresh_token', refresh_token: refreshToken })
}

/** Ends a grant, which uninstalls the app from the Klaviyo account. `done` also if it had ended before. */
export async function revokeTokens(refreshToken: string): Promise<{ readonly kind: 'done' } | TokenRefusal> {
  const answer = await post('/oauth/revoke', { token: refreshToken, token_type_hint: 'refresh_token' })
  if (answer.kind === 'answered') return { kind: 'done' }
  return answer.kind === 'grant_invalid' ? { kind: 'done' } : answer
}

const tokens = z.object({
  access_token: z.string().min(1).max(4_000),
  refresh_token: z.string().min(1).max(4_000),
  expires_in: z.number().positive(),
  scope: z.string().default(''),
})

async function askForTokens(form: Readonly<Record<string, string>>): Promise<TokenOutcome> {
  const answer = await post('/oauth/token', form)
  if (answer.kind !== 'answered') return answer
  const parsed = tokens.safeParse(answer.body)
  if (!parsed.success) return { kind: 'unavailable' }
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds, scope } = parsed.data
  const scopes = scope.split(/\s+/).filter(Boolean).sort()
  return { kind: 'answered', grant: { accessToken, refreshToken, expiresInMs: seconds * 1_000, scopes } }
}

type Posted = { readonly kind: 'answered'; readonly body: unknown } | TokenRefusal

function post(path: string, form: Readonly<Record<string, string>>): Promise<Posted> {
  const operation = () => operationOf({ method: 'POST', path })
  return tellCall({ service: 'klaviyo', operation }, exchange(path, form))
}

/** Nothing it returns or throws contains a token, a code or the secret. */
async function exchange(path: string, form: Readonly<Record<string, string>>): Promise<Posted> {
  if (!config.klaviyoOAuth) return { kind: 'client_invalid' }
  const { clientId, clientSecret } = config.klaviyoOAuth
  try {
    const answer = await fetch(new URL(path, config.klaviyoBaseUrl), {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams(form).toString(),
      signal: AbortSignal.timeout(DEADLINE_MS),
      redirect: 'error', // the secret is sent to Klaviyo's host only
    })
    const text = await answer.text()
    const body = parsedJson(text)
    if (!answer.ok) return refusalOf(answer, body)
    return body === undefined && text !== '' ? { kind: 'unavailable' } : { kind: 'answered', body }
  } catch {
    return { kind: 'unavailable' }
  }
}

const refusal = z.object({ error: z.string(), error_description: z.string().default('') })

/** A refusal counts only in OAuth's JSON format: a proxy or firewall in between answers with its own pages. */
function refusalOf(answer: Response, body: unknown): TokenRefusal {
  if (answer.status === 429) return { kind: 'throttled', retryAfterMs: retryAfterSeconds(answer) * 1_000 }
  const parsed = refusal.safeParse(body)
  if (answer.status >= 500 || !parsed.success) return { kind: 'unavailable' }
  const { error, error_description: words } = parsed.data
  // https://developers.klaviyo.com/en/docs/troubleshoot_oauth_errors names the verifier's errors by their words only.
  if (/code.?(verifier|challenge)/i.test(`${error} ${words}`)) return { kind: 'verifier_wrong' }
  if (error === 'invalid_client' || error === 'unauthorized_client') return { kind: 'client_invalid' }
  // Klaviyo's documents: for a refresh token, invalid_grant_type also means that it has expired or was revoked.
  if (error === 'invalid_grant' || error === 'invalid_grant_type') return { kind: 'grant_invalid' }
  return { kind: 'unavailable' }
}

function retryAfterSeconds(answer: Response): number {
  const seconds = Number(answer.headers.get('retry-after'))
  return seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : DEFAULT_WAIT_SECONDS
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
