import { expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { gidOf } from '#app/core/ids.ts'
import { createWebServer } from '#app/server.ts'
import { mintSessionToken } from '#test/sandbox/shopify/tokens/session-token.ts'
import { clock } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'
import { adminHeaders, answerAt, EXTENSIONS_ORIGIN } from './given-extension.ts'

const sandbox = useSandbox()

const RETRY_HEADER = 'x-shopify-retry-invalid-session-request'
const paths = ['customer?id=7', 'sync', 'segment?segment=gid://shopify/Segment/1', 'search'].map(
  (path) => `/api/extension/${path}`,
)
const isAction = (path: string) => /(sync|search)$/.test(path)
const requestTo = (path: string, token: string | null): RequestInit => ({
  headers: adminHeaders(token),
  ...(isAction(path) && { method: 'POST', body: new URLSearchParams({ ids: gidOf('7' as never), text: 'Ada' }) }),
})

const marksOf = (domain: string) =>
  rowsIn(sandbox.databaseUrl, 'select customer_id from dirty_customer where shop = $1', [domain])

test.each(paths)(
  '%s answers an extension of a signed-in member of staff, readable from Shopify’s origin',
  async (path) => {
    const { domain } = await givenConnectedShop(sandbox)
    const answer = await answerAt(path, requestTo(path, sandbox.shopify.idToken(domain)))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  },
)

test.each(paths)('%s answers 401 without a token, and does nothing', async (path) => {
  const { domain } = await givenConnectedShop(sandbox)
  const answer = await answerAt(path, requestTo(path, null))
  expect(answer.status).toBe(401)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(await marksOf(domain)).toEqual([])
})

test.each(paths)('%s answers 401 to an expired token, and asks for a new one', async (path) => {
  const { domain } = await givenConnectedShop(sandbox)
  const { apiKey, apiSecret } = config.shopify
  const past = Math.floor(clock().getTime() / 1000) - 3_600
  const expired = mintSessionToken(
    { shop: domain, apiKey, apiSecret, nowMs: clock().getTime() },
    { iat: past - 60, nbf: past - 60, exp: past },
  )
  const answer = await answerAt(path, requestTo(path, expired))
  expect(answer.status).toBe(401)
  expect(answer.headers.get(RETRY_HEADER)).toBe('1')
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(await marksOf(domain)).toEqual([])
})

test('the token alone says which shop is meant', async () => {
  const [given, other] = [await givenConnectedShop(sandbox), await givenConnectedShop(sandbox)]
  const path = `/api/extension/sync?shop=${given.domain}`
  const init = { ...requestTo('/api/extension/sync', sandbox.shopify.idToken(other.domain)) }
  expect((await answerAt(path, init)).status).toBe(200)
  expect(await marksOf(given.domain)).toEqual([])
  expect(await marksOf(other.domain)).toEqual([{ customer_id: '7' }])
})

test.each([
  ['no id', '/api/extension/customer', {}],
  ['another thing’s id', '/api/extension/customer?id=gid://shopify/Order/7', {}],
  ['an odd segment', '/api/extension/segment?segment=7', {}],
  ['no customers', '/api/extension/sync', { ids: '' }],
  ['another thing’s id among the customers', '/api/extension/sync', { ids: 'gid://shopify/Order/7' }],
  [
    'more customers than fit',
    '/api/extension/sync',
    { ids: Array.from({ length: 501 }, (_, i) => gidOf(`${i + 1}` as never)).join(',') },
  ],
  ['nothing to search for', '/api/extension/search', { text: ' ' }],
])('a request with %s is answered 400', async (_what, path, fields) => {
  const { domain } = await givenConnectedShop(sandbox)
  const form = Object.keys(fields).length > 0 && { method: 'POST', body: new URLSearchParams(fields as never) }
  const answer = await answerAt(path, { headers: adminHeaders(sandbox.shopify.idToken(domain)), ...form })
  expect(answer.status).toBe(400)
  expect(await marksOf(domain)).toEqual([])
})

test.each(paths)('%s tells a browser that an extension may ask', async (path) => {
  const answer = await answerAt(path, { method: 'OPTIONS', headers: adminHeaders(null) })
  expect(answer.status).toBe(204)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('access-control-allow-headers')).toContain('Authorization')
})

test('forms from Shopify’s origin reach the extensions’ routes, and no page', async () => {
  const server = createWebServer((_request, response) => response.writeHead(204).end())
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  const statusOf = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { origin: EXTENSIONS_ORIGIN },
      body: new URLSearchParams({ ids: '7' }),
    })
    return answer.status
  }
  expect(await statusOf('/api/extension/sync')).toBe(204)
  for (const path of ['/app', '/app/customers', '/api/other', '/api/extension']) expect(await statusOf(path)).toBe(403)
  server.closeAllConnections()
  server.close()
})
