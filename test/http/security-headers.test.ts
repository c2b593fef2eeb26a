import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { startWeb, type WebProcess } from '#test/support/web-process.ts'
import { doors, openRoutes, tokenRoutes } from '../routes/door-table.ts'

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
const YEAR = 'max-age=31536000'

const sandbox = useSandbox()
let web: WebProcess & { readonly end: () => Promise<void> }
let shop: ShopDomain
beforeAll(async () => {
  web = await startWeb(sandbox)
  shop = (await givenInstalledShop(sandbox)).domain
})
afterAll(() => web.end())

/** The address of a route's file: `app.settings_.klaviyo.tsx` is /app/settings/klaviyo. */
function pathOf(file: string): string {
  const parts = file.replace(/\.tsx$/, '').split('.')
  const named = parts.map((part) => (part === '_index' ? '' : part.replace(/_$/, '').replace(/^\$.*/, '1')))
  return `/${named.filter(Boolean).join('/')}`
}

/** As the admin opens a page. */
function asMerchant(path: string): Promise<Response> {
  const address = new URL(path, web.origin)
  for (const [name, value] of sandbox.shopify.embeddedUrlParams(shop)) address.searchParams.set(name, value)
  const headers = { 'user-agent': BROWSER, authorization: `Bearer ${sandbox.shopify.idToken(shop)}` }
  return fetch(address, { redirect: 'manual', headers })
}

const routes = [...Object.keys(doors), ...openRoutes, ...tokenRoutes].map(pathOf)
const asset = `/assets/${readdirSync(new URL('../../build/client/assets', import.meta.url)).find((name) => name.endsWith('.js'))}`

/** What each answer has to say, whatever it is. */
function expectSafe({ headers }: Response, what: string): void {
  expect(headers.get('x-content-type-options'), what).toBe('nosniff')
  // An address that holds a secret is not even sent to the app's own pages.
  expect(headers.get('referrer-policy'), what).toMatch(/^(same-origin|no-referrer)$/)
  expect(headers.get('strict-transport-security'), what).toBe(YEAR)
  expect(headers.get('permissions-policy'), what).toContain('camera=()')
  expect(headers.get('content-security-policy'), what).toContain('frame-ancestors ')
  expect(headers.get('content-security-policy'), what).not.toMatch(
    /spin\.dev|myshopify\.io|shop\.dev|unsafe-eval|\*[\s;]/,
  )
  expect(headers.get('x-powered-by'), what).toBeNull()
}

test.each([...new Set(routes)])('%s says so for a merchant and for a visitor', async (path) => {
  expectSafe(await asMerchant(path), 'merchant')
  expectSafe(await fetch(web.origin + path, { redirect: 'manual', headers: { 'user-agent': BROWSER } }), 'visitor')
})

test.each([asset, '/favicon.svg', '/healthz', '/nothing', '/assets/nothing.js', '/%E0%A4%A', '/auth/session-token'])(
  '%s says so',
  async (path) =>
    expectSafe(await fetch(web.origin + path, { redirect: 'manual', headers: { 'user-agent': BROWSER } }), path),
)

test('a webhook that is refused, and a form from elsewhere, say so', async () => {
  expectSafe(await fetch(`${web.origin}/webhooks/customers`, { method: 'POST', body: '{}' }), 'webhook')
  const elsewhere = { method: 'POST', body: 'a=b', headers: { origin: 'https://evil.example' } }
  expectSafe(await fetch(`${web.origin}/app`, elsewhere), 'form')
})

test('a page may be shown in the admin of its own shop, and runs only its own scripts and App Bridge', async () => {
  const answer = await asMerchant('/app')
  expect(answer.status).toBe(200)
  const policy = answer.headers.get('content-security-policy')!
  expect(policy).toMatch(new RegExp(`^frame-ancestors https://${shop} https://admin\\.shopify\\.com; `))
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
  expect(policy).toContain(`script-src 'self' 'nonce-${nonce}' https://cdn.shopify.com;`)
  const inline = [...(await answer.text()).matchAll(/<script(?![^>]* src=)[^>]*>/g)].map(([tag]) => tag)
  expect(inline.length).toBeGreaterThan(0)
  for (const tag of inline) expect(tag).toContain(`nonce="${nonce}"`)
  expect((await asMerchant('/app')).headers.get('content-security-policy')).not.toContain(nonce)
})

test.each(['/', '/alerts/confirm', '/nothing'])('%s, which is of no shop, is shown in no frame', async (path) => {
  const { headers } = await fetch(web.origin + path, { redirect: 'manual', headers: { 'user-agent': BROWSER } })
  expect(headers.get('content-security-policy')).toMatch(/^frame-ancestors 'none'; default-src 'self'/)
})

test('where Shopify’s library answers by itself, its page may be shown in the admin of its shop, too', async () => {
  const address = new URL('/auth/session-token', web.origin)
  for (const [name, value] of sandbox.shopify.embeddedUrlParams(shop)) address.searchParams.set(name, value)
  const { headers } = await fetch(address, { headers: { 'user-agent': BROWSER } })
  expect(headers.get('content-security-policy')).toBe(`frame-ancestors https://${shop} https://admin.shopify.com;`)
  expect(config.shopify.appUrl.protocol).toBe('https:')
})
