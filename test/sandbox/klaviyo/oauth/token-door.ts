import type { IncomingMessage } from 'node:http'
import { cut, type Delivery, silence } from '../exchange/delivery.ts'
import type { Sandbox } from '../sandbox.ts'
import { ACCESS_SECONDS, type Tokens } from './installation.ts'
import type { OAuthApp } from './oauth-app.ts'
import type { OAuthFault, OAuthRequest } from './oauth-book.ts'

const FORM = 'application/x-www-form-urlencoded'

/** `POST /oauth/token` and `POST /oauth/revoke`. https://developers.klaviyo.com/en/docs/troubleshoot_oauth_errors */
export function tokenDoor(
  sandbox: Sandbox,
  request: IncomingMessage,
  { url, raw }: { url: URL; raw: Buffer },
): Delivery {
  const { oauth } = sandbox
  const sent = new URLSearchParams(raw.toString())
  const fault = oauth.nextFault()
  const applied = fault && fault.kind !== 'lost' ? null : answer(sandbox, request, { path: url.pathname, sent })
  const delivery = fault ? struck(fault) : applied!
  oauth.requests.push({
    path: url.pathname as OAuthRequest['path'],
    grantType: sent.get('grant_type'),
    status: delivery.status,
  })
  return delivery
}

function answer(sandbox: Sandbox, request: IncomingMessage, { path, sent }: { path: string; sent: URLSearchParams }) {
  const { oauth } = sandbox
  const app = appOf(sandbox, request)
  if (request.method !== 'POST') return refused(405, 'invalid_request', 'Method not allowed.')
  if (app === null) return refused(401, 'invalid_client')
  if ((request.headers['content-type'] ?? '').split(';')[0]!.trim() !== FORM) return refused(400, 'invalid_grant_type')
  if (path === '/oauth/revoke') {
    oauth.revoke(app, sent.get('token') ?? '')
    return { status: 200, headers: {}, text: '', way: 'answer' } as const
  }
  switch (sent.get('grant_type')) {
    case 'authorization_code':
      return exchanged(sandbox, oauth.exchange(app, sent))
    case 'refresh_token': {
      const refreshed = oauth.refresh(app, sent.get('refresh_token') ?? '')
      if (refreshed === 'throttled') return json(429, { error: 'throttled' }, { 'retry-after': '30' })
      return refreshed === 'invalid_grant' ? refused(400, oauth.deadToken) : granted(refreshed)
    }
    default:
      return refused(400, 'invalid_grant_type')
  }
}

function exchanged({ oauth }: Sandbox, outcome: ReturnType<Sandbox['oauth']['exchange']>): Delivery {
  if (typeof outcome !== 'string') return granted(outcome)
  if (outcome === 'invalid_grant') return refused(400, 'invalid_grant')
  const words = outcome === 'verifier_wrong' ? 'Code challenge failed.' : 'Invalid "code_verifier"'
  return refused(400, oauth.verifierWords === 'code' ? 'invalid_code_verifier' : 'invalid_request', words)
}

/** The Basic header is needed; a client id and secret in the body are not taken. */
function appOf({ oauth }: Sandbox, request: IncomingMessage): OAuthApp | null {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ')
  const [id = '', secret] = Buffer.from(encoded, 'base64').toString().split(':')
  const app = oauth.apps.get(id)
  return scheme === 'Basic' && app?.clientSecret === secret ? (app ?? null) : null
}

function granted({ accessToken, refreshToken, scopes }: Tokens): Delivery {
  return json(200, {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: ACCESS_SECONDS,
    token_type: 'Bearer',
    scope: scopes.join(' '),
  })
}

function refused(status: number, error: string, description?: string): Delivery {
  return json(status, { error, ...(description && { error_description: description }) })
}

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Delivery {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    text: JSON.stringify(body),
    way: 'answer',
  }
}

function struck(fault: OAuthFault): Delivery {
  switch (fault.kind) {
    case 'status':
      return json(fault.status, { error: 'server_error' })
    case 'html': {
      const text = '<html><head><title>Access denied</title></head><body></body></html>'
      return { status: 403, headers: { 'content-type': 'text/html' }, text, way: 'answer' }
    }
    case 'lost':
      return cut
    case 'hang':
      return silence
    default:
      return fault satisfies never
  }
}
