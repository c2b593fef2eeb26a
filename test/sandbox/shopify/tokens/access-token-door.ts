import { failAfter, failBefore } from '../door-faults.ts'
import { answerJson, type Exchange, formBody, jsonBody } from '../exchange.ts'
import type { ShopifyFaults } from '../faults.ts'
import type { RequestLog } from '../request-log.ts'
import type { Shop } from '../shop/shop.ts'
import type { ClientAssertions } from './client-assertion.ts'
import { readSessionToken } from './session-token.ts'
import {
  type AccessToken,
  type ExpiringPair,
  OFFLINE_LIFE_SECONDS,
  ONLINE_LIFE_SECONDS,
  REFRESH_LIFE_SECONDS,
} from './token-book.ts'

export interface AccessTokenDoor {
  readonly apiKey: string
  readonly apiSecret: string
  readonly assertions: ClientAssertions
  readonly now: () => number
  readonly faults: ShopifyFaults
  readonly log: RequestLog
}

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const OFFLINE = 'urn:shopify:params:oauth:token-type:offline-access-token'
const ONLINE = 'urn:shopify:params:oauth:token-type:online-access-token'

const operationNames: Readonly<Record<string, string>> = {
  refresh_token: 'token refresh',
  client_credentials: 'application token',
}

interface Answer {
  readonly status: number
  readonly value: object
}

/** `POST /admin/oauth/access_token` (reference, sections 1.8 and 9). */
export async function answerAccessToken(door: AccessTokenDoor, shop: Shop, exchange: Exchange): Promise<void> {
  const body = jsonBody(exchange) ?? formBody(exchange)
  const operation = operationNames[String(body.grant_type)] ?? 'token exchange'
  const chance = { shop: shop.domain, door: 'token', operations: [operation] } as const
  const failed = await failBefore(exchange, door.faults, chance)
  let status = failed
  if (status === null) {
    const answer = answerTo(door, shop, body)
    if (failAfter(exchange, door.faults, chance)) status = 0
    else {
      status = answer.status
      answerJson(exchange, status, answer.value)
    }
  }
  door.log.add({
    at: door.now(),
    door: 'token',
    host: exchange.host,
    path: exchange.url.pathname,
    operations: [operation],
    status,
    requestedCost: null,
    actualCost: null,
    tokenShop: null,
    throttled: false,
    leaked: false,
  })
}

function answerTo(door: AccessTokenDoor, shop: Shop, body: Record<string, unknown>): Answer {
  if (door.faults.strike('client-refused', { shop: shop.domain })) return refused('invalid_client')
  if (body.grant_type === 'client_credentials') return assertedAnswer(door, shop, body)
  if (body.client_id !== door.apiKey || body.client_secret !== door.apiSecret) return refused('invalid_client')
  if (body.grant_type === 'refresh_token') return refreshed(door, shop, String(body.refresh_token))
  if (body.grant_type !== TOKEN_EXCHANGE) return refused('unsupported_grant_type')
  if (body.subject_token_type === OFFLINE) return migrated(door, shop, String(body.subject_token))
  return exchanged(door, shop, body)
}

/** An application-only token, for a shop that has the app. */
function assertedAnswer({ apiKey, assertions }: AccessTokenDoor, shop: Shop, body: Record<string, unknown>): Answer {
  const audience = `https://${shop.domain}/admin/oauth/access_token`
  const isAsserted =
    body.client_id === apiKey &&
    body.client_assertion_type === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' &&
    assertions.accept(String(body.client_assertion), { apiKey, audience })
  if (!isAsserted) return refused('invalid_client')
  if (!shop.installed) return refused('app_not_installed')
  const { value, scopes } = shop.tokens.giveApplicationOnly(shop.scopes)
  return given({ access_token: value, scope: scopes.join(','), expires_in: OFFLINE_LIFE_SECONDS })
}

function exchanged(door: AccessTokenDoor, shop: Shop, body: Record<string, unknown>): Answer {
  const { apiKey, apiSecret } = door
  const claims = readSessionToken(String(body.subject_token), {
    shop: shop.domain,
    apiKey,
    apiSecret,
    nowMs: door.now(),
  })
  if (!claims) return refused('invalid_subject_token')
  shop.install()
  if (body.requested_token_type === ONLINE) return given(onlineAnswer(shop.tokens.giveOnline(shop.scopes), claims.sub))
  if (body.expiring === '1') return given(pairAnswer(door, shop, shop.tokens.giveExpiring(shop.scopes)))
  const { value, scopes } = shop.tokens.giveOffline(shop.scopes)
  return given({ access_token: value, scope: scopes.join(',') })
}

/** Once expiring, a token never goes back. */
function migrated(door: AccessTokenDoor, shop: Shop, oldToken: string): Answer {
  const pair = shop.tokens.migrate(oldToken, shop.scopes)
  return pair ? given(pairAnswer(door, shop, pair)) : refused('invalid_subject_token')
}

function refreshed(door: AccessTokenDoor, shop: Shop, refreshToken: string): Answer {
  const fault = door.faults.strike('refresh-refused', { shop: shop.domain })
  if (fault) return { status: fault.status ?? 400, value: { error: 'invalid_grant' } }
  const pair = shop.tokens.refresh(refreshToken, shop.scopes)
  return pair ? given(pairAnswer(door, shop, pair)) : refused('invalid_grant')
}

function pairAnswer({ faults }: AccessTokenDoor, { domain }: Shop, { access, refreshToken }: ExpiringPair): object {
  const endless = faults.strike('token-without-end', { shop: domain })
  return {
    access_token: access.value,
    scope: access.scopes.join(','),
    ...(!endless && { expires_in: OFFLINE_LIFE_SECONDS }),
    refresh_token: refreshToken,
    refresh_token_expires_in: REFRESH_LIFE_SECONDS,
  }
}

function onlineAnswer({ value, scopes }: AccessToken, userId: string): object {
  return {
    access_token: value,
    scope: scopes.join(','),
    expires_in: ONLINE_LIFE_SECONDS,
    associated_user_scope: scopes.join(','),
    associated_user: {
      id: Number(userId),
      first_name: 'Grace',
      last_name: 'Merchant',
      email: 'grace@example.com',
      email_verified: true,
      account_owner: true,
      locale: 'en',
      collaborator: false,
    },
  }
}

function given(value: object): Answer {
  return { status: 200, value }
}

function refused(error: string): Answer {
  return { status: 400, value: { error } }
}
