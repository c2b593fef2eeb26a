import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from '../ask-admin.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'
import { download, linesOf, runBulk, startBulk } from './bulk-client.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const ALL = '{ customers { edges { node { id firstName } } } }'

let nowMs: number
let shopify: StandInShopify
let shop: Shop

beforeEach(async () => {
  nowMs = Date.parse('2026-11-20T10:00:00Z')
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', now: () => nowMs, bulkDurationMs: 0 })
  shop = shopify.addShop({ domain: 'ada.myshopify.com' })
})

afterEach(async () => {
  await shopify.close()
})

async function status(id: string): Promise<Record<string, unknown>> {
  const query = `query ($id: ID!) { bulkOperation(id: $id) {
    status type errorCode createdAt completedAt objectCount rootObjectCount fileSize url partialDataUrl
  } }`
  const { data } = await askAdmin(shopify.origin, shop, query, { variables: { id } })
  return data.bulkOperation as Record<string, unknown>
}

test('an operation is created, runs, and completes with an address on another host', async () => {
  shop.customers.createMany(3, (index) => ({ firstName: `Customer ${index}` }))
  shop.bulk.durationMs = 60_000
  const { id, answer } = await startBulk(shopify.origin, shop, ALL)
  expect(answer.data.bulkOperationRunQuery).toMatchObject({ bulkOperation: { status: 'CREATED' }, userErrors: [] })
  nowMs += 40_000
  expect(await status(id ?? '')).toMatchObject({
    status: 'RUNNING',
    objectCount: '2',
    fileSize: null,
    url: null,
    completedAt: null,
  })

  shop.bulk.durationMs = 0
  const done = await runBulk(shopify.origin, shop, ALL)
  const shown = await status(done.id)

  expect(shown).toMatchObject({
    status: 'COMPLETED',
    type: 'QUERY',
    objectCount: '3',
    rootObjectCount: '3',
    errorCode: null,
  })
  expect(shown.completedAt).toBe('2026-11-20T10:00:40Z')
  expect(String(shown.url)).toMatch(/^https:\/\/storage\.googleapis\.com\/.*Signature=/)
  expect(shown.fileSize).toBe(String((await download(shopify.origin, done.url)).text.length))
})

test('the file is empty of nothing: without rows there is no address', async () => {
  const done = await runBulk(shopify.origin, shop, ALL)

  expect(await status(done.id)).toMatchObject({ status: 'COMPLETED', objectCount: '0', fileSize: '0', url: null })
})

test('five run at a time, a sixth is refused', async () => {
  shop.bulk.durationMs = 60_000
  for (let started = 0; started < 5; started++) await startBulk(shopify.origin, shop, ALL)
  const { id, answer } = await startBulk(shopify.origin, shop, ALL)

  expect(id).toBeNull()
  expect(answer.data.bulkOperationRunQuery).toMatchObject({ userErrors: [{ code: 'LIMIT_REACHED', field: null }] })
})

test.each([
  ['{ customers { edges { node { nope } } } }', 'Cannot query field "nope"'],
  ['{ customers {', 'not valid GraphQL'],
  ['{ shop { name } }', 'at least one connection'],
  ['{ node(id: "gid://shopify/Customer/1") { id } }', 'cannot use node'],
  ['{ a: customers { edges { node { id } } } b: customers { edges { node { id } } } }', 'one top-level field'],
  [
    '{ customers { edges { node { firstName metafields { edges { node { id } } } } } } }',
    "must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': customers.",
  ],
  [
    '{ customers { edges { node { id companyContactProfiles { roleAssignments { edges { node { id } } } } } } } }',
    'a connection field within a list field are not currently supported',
  ],
  [
    '{ companies { edges { node { id contacts { edges { node { id customer { id metafields { edges { node { id } } } } } } } } } } }',
    'cannot nest connections more than 2 deep',
  ],
  [
    'mutation { bulkOperationCancel(id: "gid://shopify/BulkOperation/1") { userErrors { message } } }',
    'must be queries',
  ],
])('a query that bulk operations do not take is refused: %s', async (query, reason) => {
  const { answer } = await startBulk(shopify.origin, shop, query)

  expect(answer.data.bulkOperationRunQuery).toMatchObject({
    bulkOperation: null,
    userErrors: [{ field: ['query'], code: 'INVALID', message: expect.stringContaining(reason) }],
  })
})

test('one that runs can be canceled, one that is over cannot', async () => {
  shop.bulk.durationMs = 60_000
  const { id } = await startBulk(shopify.origin, shop, ALL)
  const cancel =
    'mutation ($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }'
  const first = await askAdmin(shopify.origin, shop, cancel, { variables: { id } })
  await shop.bulk.finished(id ?? '')
  const second = await askAdmin(shopify.origin, shop, cancel, { variables: { id } })

  expect(first.data.bulkOperationCancel).toEqual({ bulkOperation: { status: 'CANCELING' }, userErrors: [] })
  expect(second.data.bulkOperationCancel).toEqual({
    bulkOperation: { status: 'CANCELED' },
    userErrors: [{ message: 'A bulk operation cannot be canceled when it is canceled' }],
  })
})

test('operations are listed by state', async () => {
  await runBulk(shopify.origin, shop, ALL)
  shop.bulk.durationMs = 60_000
  const { id } = await startBulk(shopify.origin, shop, ALL)
  const { data } = await askAdmin(
    shopify.origin,
    shop,
    `{
    bulkOperations(first: 10, query: "status:running operation_type:query", sortKey: CREATED_AT, reverse: true) { nodes { id } }
  }`,
  )

  expect(data.bulkOperations).toEqual({ nodes: [{ id }] })
})

test('after seven days the operation has expired and so has its address', async () => {
  shop.customers.create()
  const done = await runBulk(shopify.origin, shop, ALL)
  const { url } = done
  nowMs += 7 * DAY_MS

  expect(await status(done.id)).toMatchObject({ status: 'EXPIRED', url: null })
  expect((await download(shopify.origin, url)).status).toBe(403)
})

test('a failed operation offers what it had by then', async () => {
  shop.customers.createMany(9, (index) => ({ firstName: `Customer ${index}` }))
  shopify.faults.cause({ kind: 'bulk-failed', errorCode: 'TIMEOUT', afterRows: 4, times: 1 })
  const done = await runBulk(shopify.origin, shop, ALL)

  expect(await status(done.id)).toMatchObject({ status: 'FAILED', errorCode: 'TIMEOUT', url: null })
  expect(linesOf(await download(shopify.origin, done.partialDataUrl))).toHaveLength(4)
})

test('Shopify may cancel an operation by itself', async () => {
  shopify.faults.cause({ kind: 'bulk-canceled', times: 1 })

  expect((await runBulk(shopify.origin, shop, ALL)).status).toBe('CANCELED')
})

test('an operation that stalls runs on until it is canceled', async () => {
  shopify.faults.cause({ kind: 'bulk-stalled', times: 1 })
  const { id } = await startBulk(shopify.origin, shop, ALL)
  await runBulk(shopify.origin, shop, ALL)
  expect(await status(id ?? '')).toMatchObject({ status: 'RUNNING' })

  shop.bulk.cancel(shop.bulk.get(id ?? '')!)
  expect((await shop.bulk.finished(id ?? '')).status).toBe('CANCELED')
})

test('what the app may not read fails the operation with ACCESS_DENIED', async () => {
  const companies = await runBulk(shopify.origin, shop, '{ companies { edges { node { id } } } }')
  shop.customers.create()
  shopify.faults.cause({ kind: 'field-denied', fields: ['Customer.firstName'] })
  const names = await runBulk(shopify.origin, shop, ALL)

  expect(companies).toMatchObject({ status: 'FAILED', errorCode: 'ACCESS_DENIED' })
  expect(names).toMatchObject({ status: 'FAILED', errorCode: 'ACCESS_DENIED' })
})
