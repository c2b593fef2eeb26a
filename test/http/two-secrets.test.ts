import { afterAll, beforeAll, expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { mintSessionToken, type SessionTokenClaims } from '#test/sandbox/shopify/tokens/session-token.ts'
import { signatureOf } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { startWeb, statusOf, type WebProcess } from '#test/support/web-process.ts'

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
/** Shopify's stand-in knows the new secret alone: a request that is made with the old one is refused. */
const [NEW, OLD] = [config.shopify.apiSecret, 'the-secret-before']

const sandbox = useSandbox()
let during: WebProcess & { readonly end: () => Promise<void> }
let after: typeof during
beforeAll(async () => {
  during = await startWeb(sandbox, { SHOPIFY_API_SECRET_OLD: OLD })
  after = await startWeb(sandbox)
})
afterAll(async () => {
  await during.end()
  await after.end()
})

const mint = (shop: ShopDomain, apiSecret: string, claims: Partial<SessionTokenClaims> = {}) =>
  mintSessionToken({ shop, apiKey: config.shopify.apiKey, apiSecret, nowMs: Date.now() }, claims)

/** Opens a page as the admin does: the token in the address. */
function openPage(web: WebProcess, shop: ShopDomain, token: string): Promise<number> {
  const address = new URL('/app/settings', web.origin)
  for (const [name, value] of sandbox.shopify.embeddedUrlParams(shop)) address.searchParams.set(name, value)
  address.searchParams.set('id_token', token)
  return fetch(address, { redirect: 'manual', headers: { 'user-agent': BROWSER } }).then(({ status }) => status)
}

/** Asks as a page that is open does: the token in a header. */
function ask(web: WebProcess, token: string): Promise<number> {
  const headers = { 'user-agent': BROWSER, authorization: `Bearer ${token}` }
  const address = `${web.origin}/app/settings?_data=routes%2Fapp.settings`
  return fetch(address, { redirect: 'manual', headers }).then(({ status }) => status)
}

function deliver(web: WebProcess, shop: ShopDomain, secret: string): Promise<number> {
  const body = JSON.stringify({ admin_graphql_api_id: 'gid://shopify/Customer/1', updated_at: '2026-11-20T10:00:00Z' })
  const headers = {
    'x-shopify-topic': 'customers/update',
    'x-shopify-hmac-sha256': signatureOf(body, secret),
    'x-shopify-shop-domain': shop,
  }
  return fetch(`${web.origin}/webhooks/customers`, { method: 'POST', body, headers }).then(({ status }) => status)
}

test('while the secret is changed, what the old or the new secret signed is accepted, and nothing else', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  for (const secret of [OLD, NEW]) {
    const token = mint(domain, secret)
    const accepted = [
      await openPage(during, domain, token),
      await ask(during, token),
      await deliver(during, domain, secret),
    ]
    expect(accepted, secret).toEqual([200, 200, 200])
  }
  const token = mint(domain, 'another-secret')
  const refused = [
    await openPage(during, domain, token),
    await ask(during, token),
    await deliver(during, domain, 'another'),
  ]
  expect(refused).toEqual([302, 401, 401])
})

test('a token of the old secret still has to be true: in its time, and of this app', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  const hour = Math.floor(Date.now() / 1000) - 3_600
  expect(await ask(during, mint(domain, OLD, { exp: hour, iat: hour, nbf: hour }))).toBe(401)
  expect(await ask(during, mint(domain, OLD, { aud: 'another-app' }))).toBe(401)
})

test('a shop that is opened first with a token of the old secret gets its own token with the new one', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [domain])
  expect(await openPage(during, domain, mint(domain, OLD))).toBe(200)
  expect(await rowsIn(sandbox.databaseUrl, 'select 1 from "Session" where shop = $1', [domain])).toHaveLength(1)
})

test('an address that is none is answered, and the process goes on', async () => {
  for (const address of ['//?id_token=x', '//[?id_token=x', '//a:b/?id_token=x', '/%?id_token=%']) {
    const status = await statusOf(during, `GET ${address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    expect(status, address).toBeGreaterThanOrEqual(200)
    expect(status, address).toBeLessThan(500)
  }
  expect(await fetch(`${during.origin}/livez`).then(({ status }) => status)).toBe(200)
})

test('once the old secret is no longer configured, what it signed is refused', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  const token = mint(domain, OLD)
  expect([await openPage(after, domain, token), await ask(after, token), await deliver(after, domain, OLD)]).toEqual([
    302, 401, 401,
  ])
  expect(await ask(after, mint(domain, NEW))).toBe(200)
})
