import { request } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from './ask-admin.ts'
import type { Fault } from './faults.ts'
import { type StandInShopify, startShopify } from './server.ts'
import type { Shop } from './shop/shop.ts'

let nowMs: number
let shopify: StandInShopify
let shop: Shop

beforeEach(async () => {
  nowMs = Date.parse('2026-11-20T10:00:00Z')
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', now: () => nowMs, seed: 11 })
  shop = shopify.addShop({ domain: 'ada.myshopify.com' })
})

afterEach(async () => {
  await shopify.close()
})

const ask = (query = 'query Name { shop { name } }') => askAdmin(shopify.origin, shop, query)

test('a throttled answer comes with 200 and full buckets alike', async () => {
  shopify.faults.cause({ kind: 'throttled', times: 2 })
  const answers = [await ask(), await ask(), await ask()]

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(answers.map(({ errors }) => errors[0]?.extensions?.code)).toEqual(['THROTTLED', 'THROTTLED', undefined])
})

test('too many requests say how long to wait', async () => {
  shopify.faults.cause({ kind: 'too-many-requests', retryAfterSeconds: 2, times: 1 })
  const { status, headers } = await ask()

  expect(status).toBe(429)
  expect(headers['retry-after']).toBe('2.0')
})

test('a failing server answers in JSON, a proxy before it in HTML', async () => {
  shopify.faults.cause({ kind: 'status', status: 503, times: 1 })
  shopify.faults.cause({ kind: 'status', status: 502, html: true, times: 1 })
  const [json, html] = [await ask(), await ask()]

  expect([json.status, json.headers['content-type']]).toEqual([503, 'application/json; charset=utf-8'])
  expect([html.status, html.headers['content-type']]).toEqual([502, 'text/html'])
})

test('a connection is cut before the work is done, or after it', async () => {
  const start = 'mutation { bulkOperationRunQuery(query: "{ customers { nodes { id } } }") { bulkOperation { id } } }'
  shopify.faults.cause({ kind: 'reset', when: 'before', times: 1 })
  await expect(ask(start)).rejects.toThrow()
  expect(shop.bulk.all()).toHaveLength(0)

  shopify.faults.cause({ kind: 'reset', when: 'after', times: 1 })
  await expect(ask(start)).rejects.toThrow()
  expect(shop.bulk.all()).toHaveLength(1)
})

test('a slow answer is a right one', async () => {
  shopify.faults.cause({ kind: 'slow', delayMs: 5, times: 1 })

  expect((await ask()).data).toEqual({ shop: { name: 'ada' } })
})

test('a fault keeps to its shop, its operation and its door', async () => {
  shopify.faults.cause({ kind: 'status', status: 500, shop: 'ben.myshopify.com' })
  shopify.faults.cause({ kind: 'status', status: 501, operation: 'Other' })
  shopify.faults.cause({ kind: 'status', status: 502, door: 'token' })
  expect((await ask()).status).toBe(200)
  expect((await ask('query Other { shop { name } }')).status).toBe(501)

  const token = await request(`${shopify.origin}/admin/oauth/access_token`, {
    method: 'POST',
    headers: { host: shop.domain },
    body: '{}',
  })
  await token.body.dump()
  expect(token.statusCode).toBe(502)
})

test('a rate is drawn from the seed', async () => {
  shopify.faults.cause({ kind: 'throttled', rate: 0.3 })
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask()))
  const throttled = answers.filter(({ errors }) => errors.length > 0).length

  expect(throttled).toBeGreaterThan(15)
  expect(throttled).toBeLessThan(45)
})

test('a revoked token is dead from this request on', async () => {
  const token = shop.tokens.giveOffline(shop.scopes).value
  shopify.faults.cause({ kind: 'token-revoked', times: 1 })
  const again = () => askAdmin(shopify.origin, shop, '{ shop { name } }', { token })

  expect((await again()).status).toBe(401)
  expect((await again()).status).toBe(401)
})

test('a denied field is null beside an error, and the rest of the data is there', async () => {
  shop.customers.create({ id: '1', firstName: 'Ada', tags: ['vip'] })
  shopify.faults.cause({ kind: 'field-denied', fields: ['Customer.firstName'] })
  const { status, data, errors } = await ask(
    '{ node(id: "gid://shopify/Customer/1") { ... on Customer { firstName tags } } }',
  )

  expect(status).toBe(200)
  expect(data).toEqual({ node: { firstName: null, tags: ['vip'] } })
  expect(errors).toMatchObject([
    {
      message: expect.stringContaining('not approved to use the firstName field'),
      path: ['node', 'firstName'],
      extensions: { code: 'ACCESS_DENIED' },
    },
  ])
})

async function firstName(): Promise<unknown> {
  const { data } = await ask('{ nodes(ids: ["gid://shopify/Customer/1"]) { ... on Customer { firstName updatedAt } } }')
  return (data.nodes as { firstName: string; updatedAt: string }[])[0]
}

test('for a number of reads after a change the version before is shown, its updatedAt too', async () => {
  shop.customers.create({ id: '1', firstName: 'Ada' })
  shopify.faults.cause({ kind: 'stale-reads', reads: 2, times: 1 })
  nowMs += 60_000
  shop.customers.update('1', { firstName: 'Augusta' })

  const old = { firstName: 'Ada', updatedAt: '2026-11-20T10:00:00Z' }
  expect([await firstName(), await firstName()]).toEqual([old, old])
  expect(await firstName()).toEqual({ firstName: 'Augusta', updatedAt: '2026-11-20T10:01:00Z' })
})

test('or for a time', async () => {
  shop.customers.create({ id: '1', firstName: 'Ada' })
  shopify.faults.cause({ kind: 'stale-reads', forMs: 3000 })
  shop.customers.update('1', { firstName: 'Augusta' })
  nowMs += 2999
  expect(await firstName()).toMatchObject({ firstName: 'Ada' })

  nowMs += 1
  expect(await firstName()).toMatchObject({ firstName: 'Augusta' })
})

test('stale reads spare the changes they were not asked for', async () => {
  shop.customers.create({ id: '1', firstName: 'Ada' })
  shopify.faults.cause({ kind: 'stale-reads', reads: 5 })
  shop.customers.addTags('1', 'vip')

  expect(shop.replica.read('1')?.tags).toEqual(['vip'])
})

async function sandbox(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  fault?: Fault,
): Promise<Record<string, unknown>> {
  const body = fault ? JSON.stringify(fault) : null
  const answer = await request(`${shopify.origin}/__sandbox${path}`, { method, body })
  return (await answer.body.json()) as Record<string, unknown>
}

test('over HTTP faults are caused, listed and cleared', async () => {
  const caused = await sandbox('POST', '/faults', { kind: 'throttled', times: 2 })
  await ask()
  const state = await sandbox('GET', '/state')
  const cleared = await sandbox('DELETE', '/faults?kind=throttled')

  expect(caused.faults).toEqual([{ kind: 'throttled', times: 2 }])
  expect(state).toMatchObject({
    shops: [{ domain: 'ada.myshopify.com', installed: true, customers: 0, webhooks: { sent: 0 } }],
    faults: [{ kind: 'throttled', times: 1 }],
    requests: { Name: 1 },
    leaks: 0,
  })
  expect(cleared.faults).toEqual([])
})

test('a request that Shopify would not know is answered 404 and noted', async () => {
  const answer = await request(`${shopify.origin}/admin/nope`, { headers: { host: 'nobody.myshopify.com' } })
  await answer.body.dump()

  expect(answer.statusCode).toBe(404)
  expect(shopify.log.unknown()).toMatchObject([{ host: 'nobody.myshopify.com', path: '/admin/nope' }])
})

test('each refusal of a whole shop comes in a body of its own', async () => {
  for (const status of [402, 403, 404, 423]) shopify.faults.cause({ kind: 'status', status, times: 1 })
  shopify.faults.cause({ kind: 'address-refused', times: 1 })
  const bodies = [await ask(), await ask(), await ask(), await ask(), await ask()]
  expect(bodies.map(({ status }) => status).sort()).toEqual([402, 403, 403, 404, 423])
  expect(new Set(bodies.map(({ errors }) => JSON.stringify(errors))).size).toBe(5)
  expect((await ask()).status).toBe(200)
})

test('a field that Shopify fails to read is null with an error that is no denial', async () => {
  const { id } = shop.customers.create({ email: 'ada@example.com', firstName: 'Ada' })
  shopify.faults.cause({ kind: 'field-failed', fields: ['Customer.firstName'], times: 1 })
  const { errors } = await ask(`{ customer(id: "gid://shopify/Customer/${id}") { firstName } }`)
  expect(errors[0]?.extensions?.code).toBe('INTERNAL_SERVER_ERROR')
})

test('a metafield is denied like any other field', async () => {
  const { id } = shop.customers.create({ email: 'ada@example.com', points: 3 })
  shopify.faults.cause({ kind: 'field-denied', fields: ['Customer.metafield'], times: 1 })
  const asked = `{ customer(id: "gid://shopify/Customer/${id}") { m0: metafield(namespace: "loyalty", key: "points") { value } } }`
  const { errors } = await ask(asked)
  expect(errors[0]?.extensions?.code).toBe('ACCESS_DENIED')
})

test('bulk operations are refused in the errors of the answer, or in those of the mutation', async () => {
  const start =
    'mutation { bulkOperationRunQuery(query: "{ customers { nodes { id } } }") { bulkOperation { id } userErrors { code } } }'
  shopify.faults.cause({ kind: 'bulk-refused', how: 'errors', times: 1 })
  const denied = await ask(start)
  expect([denied.status, denied.errors[0]?.extensions?.code]).toEqual([200, 'ACCESS_DENIED'])
  shopify.faults.cause({ kind: 'bulk-refused', how: 'user-errors', times: 1 })
  expect(await ask(start)).toMatchObject({
    errors: [],
    data: { bulkOperationRunQuery: { bulkOperation: null, userErrors: [{ code: 'INVALID' }] } },
  })
  expect(shop.bulk.all()).toHaveLength(0)
})

test('a record is odd in the file, in live answers, or in both, and only that customer’s', async () => {
  const [ada, bea] = [
    shop.customers.create({ email: 'ada@example.com' }),
    shop.customers.create({ email: 'bea@example.com' }),
  ]
  shopify.faults.cause({ kind: 'odd-record', customer: ada.id, how: 'wrong-type', where: 'live', shop: shop.domain })
  const { data } = await ask('{ customers(first: 2) { nodes { id tags } } }')
  expect(data).toMatchObject({
    customers: { nodes: [{ tags: 'vip, wholesale' }, { id: `gid://shopify/Customer/${bea.id}`, tags: [] }] },
  })
  expect(shopify.faults.oddRecords('ada.myshopify.com', 'file').size).toBe(0)
  expect(shopify.faults.oddRecords('other.myshopify.com', 'live').size).toBe(0)
})

test('a token may come without a word on how long it is good for', async () => {
  shopify.faults.cause({ kind: 'token-without-end', times: 1 })
  const exchange = async () => {
    const { body } = await request(`${shopify.origin}/admin/oauth/access_token`, {
      method: 'POST',
      headers: { host: shop.domain, 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: 'key',
        client_secret: 'secret',
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: shopify.idToken(shop.domain),
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
        expiring: '1',
      }),
    })
    return (await body.json()) as Record<string, unknown>
  }
  const [endless, usual] = [await exchange(), await exchange()]
  expect(endless).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) })
  expect(endless).not.toHaveProperty('expires_in')
  expect(usual).toMatchObject({ expires_in: 3600 })
})

test('any part of an answer may take another shape', async () => {
  shopify.faults.cause({ kind: 'odd-answer', operation: 'Name', path: ['shop', 'name'], value: 17, times: 1 })
  expect((await ask()).data).toEqual({ shop: { name: 17 } })
  expect((await ask()).data).toEqual({ shop: { name: expect.any(String) } })
})
