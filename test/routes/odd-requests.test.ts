import { afterAll, beforeAll, expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { pages } from '#app/ui/pages.ts'
import { useSandbox } from '#test/support/sandbox.ts'
import { startWeb, statusOf, type WebProcess } from '#test/support/web-process.ts'

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
const FORM = 'application/x-www-form-urlencoded'
const SHOP = 'shop.myshopify.com'
const HOST = Buffer.from(`admin.shopify.com/store/shop`).toString('base64url')

const sandbox = useSandbox()
let web: WebProcess & { readonly end: () => Promise<void> }
beforeAll(async () => {
  web = await startWeb(sandbox)
})
afterAll(() => web.end())

const signedOut = [...Object.values(pages), '/app/runs/0', '/auth/login', '/auth/anything', '/auth/exit-iframe']
const fromKlaviyo = ['/klaviyo/callback', '/klaviyo/install', '/klaviyo/settings']
const open = [
  '/',
  ...fromKlaviyo,
  '/nothing',
  '/app/nothing',
  '/auth/session-token',
  '/app/%',
  '/%E0%A4%A',
  '//evil.com/x',
  '/app/',
]

const queries = [
  '',
  '?index',
  '?shop=',
  '?shop=x&host=x',
  `?shop=${SHOP}`,
  `?host=${HOST}`,
  '?embedded=1',
  '?id_token=abc',
  `?shop=${SHOP}&host=${HOST}`,
  `?shop=${SHOP}&host=${HOST}&embedded=1`,
  `?shop=${SHOP}&host=${HOST}&embedded=1&id_token=abc`,
  `?shop=${SHOP}&shop=x&host=${HOST}&embedded=1`,
  '?exitIframe=https://evil.com/',
  `?shop=${SHOP}&host=${HOST}&exitIframe=javascript:alert(1)`,
  '?code=x&state=y',
  `?code=x&state=shop.${'s'.repeat(43)}`,
  '?error=x&error=y&state=%00',
  '?_data=routes/app',
  '?%',
]

const { origin } = config.shopify.appUrl
const form = { 'content-type': FORM, origin }
const ways: readonly RequestInit[] = [
  { method: 'HEAD' },
  { method: 'OPTIONS' },
  { method: 'DELETE', headers: { origin } },
  { method: 'POST', headers: form },
  { method: 'POST', headers: form, body: 'intent=full_sync' },
  { method: 'POST', headers: { ...form, authorization: 'Bearer abc' }, body: 'a=b' },
  { method: 'POST', headers: { ...form, 'content-type': 'multipart/form-data; boundary=x' }, body: 'no such parts' },
  { headers: { authorization: 'Bearer abc' } },
  { headers: { 'user-agent': 'Googlebot/2.1' } },
  { headers: { 'x-forwarded-host': '[:99999' } },
]

const visit = (path: string, init: RequestInit = {}) =>
  fetch(web.origin + path, { redirect: 'manual', ...init, headers: { 'user-agent': BROWSER, ...init.headers } })

test.each(signedOut)('%s without a session leads to the page for visitors', async (path) => {
  const answer = await visit(path)
  expect({ status: answer.status, to: answer.headers.get('location') }).toEqual({ status: 302, to: '/' })
  const landing = await visit('/')
  expect(landing.status).toBe(200)
})

test.each([...signedOut, ...open])('%s never fails, whatever is asked of it', async (path) => {
  const failed: unknown[] = []
  const ask = async (target: string, way: RequestInit) => {
    const { status } = await visit(target, way)
    if (status >= 500) failed.push({ target, ...way, status })
  }
  for (const query of queries) for (const suffix of ['', '.data']) await ask(path + suffix + query, {})
  for (const query of ['', `?shop=${SHOP}&host=${HOST}&embedded=1&id_token=abc`])
    for (const way of ways) await ask(path + query, way)
  expect(failed).toEqual([])
})

test.each(['https://evil.com', 'null', 'nonsense', 'http://lockstep.test', 'https://lockstep.test:8443'])(
  'a form that another origin (%s) sends is refused',
  async (origin) => {
    for (const path of ['/app?index', '/app/settings', '/', '/nothing', '/app/settings.data'])
      expect(
        (await visit(path, { method: 'POST', headers: { origin, 'content-type': FORM }, body: 'a=b' })).status,
      ).toBe(403)
  },
)

test('a form of our own pages, or of a program that sends no origin, is accepted', async () => {
  const headers = { 'content-type': FORM, authorization: 'Bearer abc' }
  const own = { ...headers, origin: config.shopify.appUrl.origin }
  for (const each of [headers, own])
    expect((await visit('/app/settings', { method: 'POST', headers: each, body: 'a=b' })).status).toBe(401)
})

const malformed = ['a b', '[', '', 'evil.com/x', 'a@b', 'a:b', 'a:99999', '%', 'a,b', '[::1', '\u00e9']

test.each(malformed)('a page asked for at the host "%s" is answered 400', async (host) => {
  for (const path of ['/', '/app', '/assets/x.js', '/favicon.svg'])
    expect(await statusOf(web, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${BROWSER}\r\n\r\n`)).toBe(400)
})

test('a request without a host, or whose target is no path, is answered 400', async () => {
  expect(await statusOf(web, 'GET /app HTTP/1.1\r\n\r\n')).toBe(400)
  expect(await statusOf(web, 'GET /app HTTP/1.0\r\n\r\n')).toBe(400)
  for (const target of ['http://evil.com/x', 'http://[/', 'app', '*', '?a'])
    expect(await statusOf(web, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)).toBe(400)
})

test.each(['10.1.2.3:8080', '[::1]:3000', 'another.example', 'a_b.internal', 'localhost'])(
  'the host %s is as good as our own: a load balancer may ask by any',
  async (host) => {
    expect(await statusOf(web, `GET / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${BROWSER}\r\n\r\n`)).toBe(200)
    expect(await statusOf(web, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toBe(200)
  },
)
