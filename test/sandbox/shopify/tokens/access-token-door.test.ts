import { request } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from '../ask-admin.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'
import { mintSessionToken } from './session-token.ts'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS

let nowMs: number
let shopify: StandInShopify
let shop: Shop

beforeEach(async () => {
  nowMs = Date.parse('2026-11-20T10:00:00Z')
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', now: () => nowMs })
  shop = shopify.addShop({ domain: 'ada.myshopify.com', scopes: ['read_customers'] })
})

afterEach(async () => {
  await shopify.close()
})

interface TokenAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

async function post(fields: object): Promise<TokenAnswer> {
  const { statusCode, body } = await request(`${shopify.origin}/admin/oauth/access_token`, {
    method: 'POST',
    headers: { host: shop.domain, 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: 'key', client_secret: 'secret', ...fields }),
  })
  return { status: statusCode, body: (await body.json()) as TokenAnswer['body'] }
}

const exchange = (fields: object = {}) =>
  post({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: shopify.idToken(shop.domain),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
    expiring: '1',
    ...fields,
  })

const refresh = (refreshToken: unknown) => post({ grant_type: 'refresh_token', refresh_token: refreshToken })

async function opens(token: unknown): Promise<boolean> {
  const { status } = await askAdmin(shopify.origin, shop, '{ shop { name } }', { token: String(token) })
  return status === 200
}

test('a session token buys an expiring offline token and a refresh token', async () => {
  const { status, body } = await exchange()

  expect(status).toBe(200)
  expect(body).toEqual({
    access_token: expect.stringMatching(/^shpat_/),
    scope: 'read_customers',
    expires_in: 3600,
    refresh_token: expect.stringMatching(/^shprt_/),
    refresh_token_expires_in: 7_776_000,
  })
  expect(await opens(body.access_token)).toBe(true)
  nowMs += HOUR_MS
  expect(await opens(body.access_token)).toBe(false)
})

test('each exchange gives a token of its own', async () => {
  const [one, other] = await Promise.all([exchange(), exchange()])

  expect(one.body.access_token).not.toBe(other.body.access_token)
  expect(await opens(one.body.access_token)).toBe(true)
  expect(await opens(other.body.access_token)).toBe(true)
})

test('an offline token that does not expire has neither time nor refresh token', async () => {
  const { body } = await exchange({ expiring: '0' })
  nowMs += 400 * DAY_MS

  expect(Object.keys(body)).toEqual(['access_token', 'scope'])
  expect(await opens(body.access_token)).toBe(true)
})

test('an online token names its user', async () => {
  const { body } = await exchange({ requested_token_type: 'urn:shopify:params:oauth:token-type:online-access-token' })

  expect(body).toMatchObject({
    expires_in: 86_399,
    associated_user_scope: 'read_customers',
    associated_user: { id: 42, account_owner: true },
  })
})

const mint = () => ({ shop: 'ada.myshopify.com', apiKey: 'key', apiSecret: 'secret', nowMs })

test.each([
  ['expired', () => mintSessionToken(mint(), { exp: nowMs / 1000 - 11 })],
  ['not yet good', () => mintSessionToken(mint(), { nbf: nowMs / 1000 + 11 })],
  ['for another app', () => mintSessionToken(mint(), { aud: 'other' })],
  ['for another shop', () => mintSessionToken({ ...mint(), shop: 'ben.myshopify.com' })],
  ['signed with another key', () => mintSessionToken({ ...mint(), apiSecret: 'wrong' })],
  ['no token at all', () => 'nonsense'],
])('a session token that is %s is refused', async (_, token) => {
  expect(await exchange({ subject_token: token() })).toEqual({ status: 400, body: { error: 'invalid_subject_token' } })
})

test('a wrong client secret is refused', async () => {
  expect(await exchange({ client_secret: 'wrong' })).toEqual({ status: 400, body: { error: 'invalid_client' } })
})

test('a refresh gives a new pair, and the old refresh token lives until the new one is used', async () => {
  const first = await exchange()
  const lost = await refresh(first.body.refresh_token)
  const second = await refresh(first.body.refresh_token)
  expect(second.status).toBe(200)
  const third = await refresh(second.body.refresh_token)

  expect(third.status).toBe(200)
  expect(await opens(third.body.access_token)).toBe(true)
  expect(await refresh(first.body.refresh_token)).toEqual({ status: 400, body: { error: 'invalid_grant' } })
  expect((await refresh(lost.body.refresh_token)).status).toBe(400)
})

test('a refresh may be refused although its token is good', async () => {
  const { body } = await exchange()
  shopify.faults.cause({ kind: 'refresh-refused', times: 1 })
  shopify.faults.cause({ kind: 'refresh-refused', status: 520, times: 1 })

  expect(await refresh(body.refresh_token)).toEqual({ status: 400, body: { error: 'invalid_grant' } })
  expect((await refresh(body.refresh_token)).status).toBe(520)
  expect((await refresh(body.refresh_token)).status).toBe(200)
})

test('a refresh whose answer was lost on its way can be asked for again', async () => {
  const { body } = await exchange()
  shopify.faults.cause({ kind: 'reset', when: 'after', door: 'token', times: 1 })
  await expect(refresh(body.refresh_token)).rejects.toThrow()

  expect((await refresh(body.refresh_token)).status).toBe(200)
})

test('a refresh token dies after ninety days, and with the installation', async () => {
  const old = await exchange()
  nowMs += 90 * DAY_MS
  expect((await refresh(old.body.refresh_token)).body).toEqual({ error: 'invalid_grant' })

  const fresh = await exchange()
  shop.uninstall()
  expect((await refresh(fresh.body.refresh_token)).body).toEqual({ error: 'invalid_grant' })
  expect(await opens(fresh.body.access_token)).toBe(false)
})

test('an exchange after an uninstallation installs the app again', async () => {
  shop.uninstall()
  expect(shop.installed).toBe(false)
  await exchange()

  expect(shop.installed).toBe(true)
})

test('an old token is traded for an expiring pair, once and for good', async () => {
  const old = await exchange({ expiring: '0' })
  const migrate = () =>
    exchange({
      subject_token: old.body.access_token,
      subject_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
    })

  expect((await migrate()).body).toMatchObject({ expires_in: 3600 })
  expect(await opens(old.body.access_token)).toBe(false)
  expect((await migrate()).status).toBe(400)
})

test('the address of an embedded page carries what the library asks for', () => {
  const params = shopify.embeddedUrlParams('ada.myshopify.com')

  expect(Object.fromEntries(params)).toMatchObject({ embedded: '1', shop: 'ada.myshopify.com', locale: 'en' })
  expect(Buffer.from(params.get('host') ?? '', 'base64').toString()).toBe('admin.shopify.com/store/ada')
})
