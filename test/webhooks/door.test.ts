import { request as httpRequest } from 'node:http'
import { expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { saveWebhookCounts } from '#app/sync/intake/count-webhooks.ts'
import { forgedDelivery, signatureOf } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const door = useDoor(sandbox)

const customer = { id: '7000000000001', updatedAt: '2026-11-20T10:00:00Z' }
const { apiSecret } = config.shopify

function signedHeaders(body: string, headers: Record<string, string> = {}): Record<string, string> {
  return {
    'x-shopify-topic': 'customers/update',
    'x-shopify-hmac-sha256': signatureOf(body, apiSecret),
    'x-shopify-shop-domain': 'nobody.myshopify.com',
    ...headers,
  }
}

async function post(path: string, body: string, headers: Record<string, string>): Promise<number> {
  return (await fetch(door.origin + path, { method: 'POST', body, headers })).status
}

const marksOf = (shop: string) => rowsIn(sandbox.databaseUrl, 'select * from dirty_customer where shop = $1', [shop])

async function unreadableOf(shop: string): Promise<number> {
  const [row] = await rowsIn(
    sandbox.databaseUrl,
    'select coalesce(sum(unreadable), 0)::int as n from sync_hour where shop = $1',
    [shop],
  )
  return row.n
}

test('a delivery that Shopify did not sign is answered 401 and stores nothing', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  const delivery = shop.webhooks.compose('customers/update', customer)

  expect(await shop.webhooks.deliverOnce(forgedDelivery(delivery))).toBe(401)
  expect(await shop.webhooks.deliverOnce({ ...delivery, body: `${delivery.body} ` })).toBe(401)
  expect(await marksOf(domain)).toEqual([])
})

test('a signature that is no signature at all is answered 401', async () => {
  for (const hmac of ['x', 'AAAA', '=', 'é', 'A'.repeat(5_000)]) {
    const headers = signedHeaders('{}', { 'x-shopify-hmac-sha256': encodeURI(hmac) })
    expect(await post('/webhooks/customers', '{}', headers)).toBe(401)
  }
})

test.each(['x-shopify-hmac-sha256', 'x-shopify-shop-domain', 'x-shopify-topic'])(
  'a delivery without %s is answered 400',
  async (name) => {
    expect(await post('/webhooks/customers', '{}', signedHeaders('{}'))).toBe(200)
    const { [name]: _, ...headers } = signedHeaders('{}')
    expect(await post('/webhooks/customers', '{}', headers)).toBe(400)
    expect(await post('/webhooks/customers', '{}', { ...headers, [name]: '' })).toBe(400)
  },
)

test('a body of just 1 MB is taken', async () => {
  const body = JSON.stringify('x'.repeat(1_000_000 - 2))
  expect(await post('/webhooks/customers', body, signedHeaders(body))).toBe(200)
})

test.each([1_000_001, 30_000_000])(
  'a body of %i bytes is answered 413, and the connection ends cleanly',
  async (bytes) => {
    const ended = await new Promise<{ status: number | undefined; closedCleanly: boolean }>((resolve, reject) => {
      const request = httpRequest(`${door.origin}/webhooks/customers`, {
        method: 'POST',
        headers: { ...signedHeaders(''), 'content-length': bytes },
      })
      request.on('error', reject)
      request.on('response', (response) => {
        response.resume()
        request.on('close', () => resolve({ status: response.statusCode, closedCleanly: response.complete }))
      })
      request.end(Buffer.alloc(bytes, 'x'))
    })
    expect(ended).toEqual({ status: 413, closedCleanly: true })
  },
)

test('a sender that hangs up in the middle of a body affects no other', async () => {
  await new Promise<void>((resolve) => {
    const request = httpRequest(`${door.origin}/webhooks/customers`, {
      method: 'POST',
      headers: { ...signedHeaders(''), 'content-length': 1_000 },
    })
    request.on('error', () => {})
    request.on('close', resolve)
    request.write('{"half', () => request.destroy())
  })
  expect(await post('/webhooks/customers', '{}', signedHeaders('{}'))).toBe(200)
})

test.each([
  ['no JSON', 'not json'],
  ['an empty body', ''],
  ['a list', '[]'],
  ['null', 'null'],
  ['no customer', '{"updated_at":"2026-11-20T10:00:00Z"}'],
  ['another thing’s id', '{"admin_graphql_api_id":"gid://shopify/Order/1","updated_at":"2026-11-20T10:00:00Z"}'],
  [
    'an id past 2^63',
    '{"admin_graphql_api_id":"gid://shopify/Customer/9223372036854775808","updated_at":"2026-11-20T10:00:00Z"}',
  ],
])('signed, but unreadable (%s): answered 200, for a repeat would read no better, and counted', async (_what, body) => {
  const { domain } = await givenInstalledShop(sandbox)

  expect(await post('/webhooks/customers', body, signedHeaders(body, { 'x-shopify-shop-domain': domain }))).toBe(200)

  expect(await unreadableOf(domain)).toBe(1)
  expect(await marksOf(domain)).toEqual([])
})

test('an unexpected topic is answered 200 and counted, on every address', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  const headers = signedHeaders('{}', { 'x-shopify-shop-domain': domain, 'x-shopify-topic': 'orders/create' })
  const paths = [
    '/webhooks/customers',
    '/webhooks/app',
    '/webhooks/privacy',
    '/webhooks/bulk-operations',
    '/events/customers',
  ]

  for (const path of paths) expect(await post(path, '{}', headers)).toBe(200)

  expect(await unreadableOf(domain)).toBe(paths.length)
})

test('a shop that never had the app is answered 200, and nothing is kept of it', async () => {
  const body = JSON.stringify({ admin_graphql_api_id: 'gid://shopify/Customer/1', updated_at: '2026-11-20T10:00:00Z' })

  expect(await post('/webhooks/customers', body, signedHeaders(body))).toBe(200)
  expect(await post('/webhooks/customers', 'not json', signedHeaders('not json'))).toBe(200)

  for (const table of ['dirty_customer', 'sync_hour', 'profile'])
    expect(await rowsIn(sandbox.databaseUrl, `select * from ${table} where shop = 'nobody.myshopify.com'`)).toEqual([])
  expect(await rowsIn(sandbox.databaseUrl, `select * from shop where domain = 'nobody.myshopify.com'`)).toEqual([])
})

test('a shop that removed the app is answered 200, and no mark is kept of it', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  shop.tokens.revokeAll()
  expect(await shop.webhooks.deliverOnce(shop.webhooks.compose('app/uninstalled'))).toBe(200)

  expect(await shop.webhooks.deliverOnce(shop.webhooks.compose('customers/update', customer))).toBe(200)
  shop.webhooks.runFlow(customer.id)
  shop.webhooks.sendEvent({ customerId: customer.id, metafield: 'loyalty.points', how: 'updated' })
  await shop.webhooks.flush()

  expect(await marksOf(domain)).toEqual([])
  expect(await rowsIn(sandbox.databaseUrl, 'select * from flow_action_run where shop = $1', [domain])).toEqual([])
  expect(shop.webhooks.stats).toMatchObject({ acknowledged: 2, retried: 0 })
})

test.each([
  'https://evil.example',
  'shop.myshopify.com.evil.example',
  "x'; drop table shop; --.myshopify.com",
  '../../etc/passwd',
  '.myshopify.com',
  `${'a'.repeat(101)}.myshopify.com`,
])('a signed delivery about a shop that cannot be (%s) is answered 200 and leaves nothing', async (domain) => {
  const body = JSON.stringify({ admin_graphql_api_id: 'gid://shopify/Customer/1', updated_at: '2026-11-20T10:00:00Z' })
  const before = await rowsIn(sandbox.databaseUrl, 'select count(*)::int as n from sync_hour')

  expect(await post('/webhooks/customers', body, signedHeaders(body, { 'x-shopify-shop-domain': domain }))).toBe(200)

  expect(await rowsIn(sandbox.databaseUrl, 'select * from dirty_customer where customer_id = 1')).toEqual([])
  expect(await rowsIn(sandbox.databaseUrl, 'select count(*)::int as n from sync_hour')).toEqual(before)
})

test('only a POST to an address of Shopify’s is a delivery; all else is the people’s', async () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS'])
    expect((await fetch(`${door.origin}/webhooks/customers`, { method, headers: signedHeaders('') })).status).toBe(404)
  for (const path of [
    '/webhooks',
    '/webhooks/customers/',
    '/webhooks/other',
    '/',
    '/webhooks/__proto__',
    '/constructor',
  ])
    expect(await post(path, '{}', signedHeaders('{}'))).toBe(404)
})

test('the query is no part of the address', async () => {
  expect(await post('/webhooks/customers?a=b', '{}', signedHeaders('{}'))).toBe(200)
})

test('two hundred deliveries about one customer at once make one mark that counts them all', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  const deliveries = Array.from({ length: 200 }, (_, i) => {
    const updatedAt = new Date(Date.UTC(2026, 10, 20, 10, 0, (i * 37) % 200)).toISOString()
    return shop.webhooks.compose('customers/update', { id: customer.id, updatedAt })
  })

  const statuses = await Promise.all(deliveries.map((delivery) => shop.webhooks.deliverOnce(delivery)))

  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(await marksOf(domain)).toMatchObject([
    { customer_id: customer.id, changes: 200, updated_at: new Date(Date.UTC(2026, 10, 20, 10, 0, 199)), attempt: 0 },
  ])
  await saveWebhookCounts()
  // The hour may have changed in between.
  const counted = 'select sum(webhooks)::int as webhooks from sync_hour where shop = $1'
  expect(await rowsIn(sandbox.databaseUrl, counted, [domain])).toEqual([{ webhooks: 200 }])
})

test('a mark is committed before the answer goes out', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  for (let i = 1; i <= 20; i++) {
    const delivery = shop.webhooks.compose('customers/update', { ...customer, id: String(i) })
    expect(await shop.webhooks.deliverOnce(delivery)).toBe(200)
    expect(await marksOf(domain)).toHaveLength(i)
  }
})
