import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { request } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from '../ask-admin.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'

const NOW = Date.parse('2026-11-27T10:00:00Z')
const AUDIENCE = 'https://ada.myshopify.com/admin/oauth/access_token'
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })

let shopify: StandInShopify
let shop: Shop

beforeEach(async () => {
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', now: () => NOW })
  shop = shopify.addShop({ domain: 'ada.myshopify.com', scopes: ['read_customers'] })
  shopify.assertions.register({ ...pair.publicKey.export({ format: 'jwk' }), kid: 'one' })
})

afterEach(async () => {
  await shopify.close()
})

const partOf = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function assertion(claims: object = {}, { kid = 'one', key = pair.privateKey } = {}): string {
  const usual = { iss: 'key', sub: 'key', aud: AUDIENCE, exp: NOW / 1000 + 60, jti: randomUUID() }
  const signed = `${partOf({ alg: 'RS256', kid })}.${partOf({ ...usual, ...claims })}`
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
}

async function ask(clientAssertion: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const { statusCode, body } = await request(`${shopify.origin}/admin/oauth/access_token`, {
    method: 'POST',
    headers: { host: shop.domain, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'key',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: clientAssertion,
    }).toString(),
  })
  return { status: statusCode, body: (await body.json()) as Record<string, unknown> }
}

test('a signed assertion buys a token for an hour, without a refresh token', async () => {
  const { status, body } = await ask(assertion())
  expect(status).toBe(200)
  expect(body).toEqual({
    access_token: expect.stringMatching(/^shpat_/),
    scope: 'read_customers',
    expires_in: 3600,
  })
  const { status: opened } = await askAdmin(shopify.origin, shop, '{ shop { name } }', {
    token: String(body.access_token),
  })
  expect(opened).toBe(200)
})

test('an assertion is good once', async () => {
  const used = assertion()
  expect((await ask(used)).status).toBe(200)
  expect(await ask(used)).toEqual({ status: 400, body: { error: 'invalid_client' } })
})

test.each([
  ['of another app', () => assertion({ iss: 'other', sub: 'other' })],
  ['for another shop', () => assertion({ aud: 'https://ben.myshopify.com/admin/oauth/access_token' })],
  ['that has expired', () => assertion({ exp: NOW / 1000 - 11 })],
  ['that is good for long', () => assertion({ exp: NOW / 1000 + 3_600 })],
  ['without an end', () => assertion({ exp: undefined })],
  ['without a name of its own', () => assertion({ jti: undefined })],
  ['of a key that is not registered', () => assertion({}, { kid: 'two' })],
  [
    'signed with another key',
    () => assertion({}, { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }),
  ],
  ['that is none', () => 'nonsense'],
])('an assertion %s is refused', async (_, made) => {
  expect(await ask(made())).toEqual({ status: 400, body: { error: 'invalid_client' } })
})

test('a shop without the app is given none', async () => {
  shop.uninstall()
  expect(await ask(assertion())).toEqual({ status: 400, body: { error: 'app_not_installed' } })
})
