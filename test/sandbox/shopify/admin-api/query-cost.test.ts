import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from '../ask-admin.ts'
import { gidOf } from '../global-id.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'

let nowMs: number
let shopify: StandInShopify
let shop: Shop

beforeEach(async () => {
  nowMs = Date.parse('2026-11-20T10:00:00Z')
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', now: () => nowMs })
  shop = shopify.addShop({ domain: 'ada.myshopify.com' })
})

afterEach(async () => {
  await shopify.close()
})

const ask = (query: string, variables: object = {}) => askAdmin(shopify.origin, shop, query, { variables })

const READ = 'query Read($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { id amountSpent { amount } } } }'
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => gidOf('Customer', String(index + 1)))

test('nodes are charged by the ids asked for, and what was not found is given back', async () => {
  shop.customers.createMany(10, (index) => ({ id: String(index + 1) }))
  const { cost } = await ask(READ, { ids: idsOf(50) })

  expect(cost.requestedQueryCost).toBe(50 * 2 + 1)
  expect(cost.actualQueryCost).toBe(10 * 2)
  expect(cost.throttleStatus).toEqual({ maximumAvailable: 2000, currentlyAvailable: 1980, restoreRate: 100 })
})

test('a connection is charged by first, its edges and page info are free', async () => {
  const { cost } = await ask(`{ customers(first: 100) {
    edges { cursor node { id defaultEmailAddress { emailAddress } } } pageInfo { hasNextPage }
  } }`)

  expect(cost).toMatchObject({ requestedQueryCost: 200, actualQueryCost: 0 })
})

test('a mutation costs ten', async () => {
  const { cost } = await ask(
    'mutation { bulkOperationRunQuery(query: "{ shop { name } }") { userErrors { message } } }',
  )

  expect(cost).toMatchObject({ requestedQueryCost: 10, actualQueryCost: 10 })
})

test('a query over a thousand points is refused before it runs', async () => {
  const { status, errors } = await ask(READ, { ids: idsOf(250) })
  expect(errors).toEqual([])

  const large = await ask(
    '{ customers(first: 250) { nodes { a: amountSpent { amount } b: amountSpent { amount } c: amountSpent { amount } d: amountSpent { amount } } } }',
  )
  expect(status).toBe(200)
  expect(large.errors[0]?.extensions).toMatchObject({ code: 'MAX_COST_EXCEEDED', cost: 1250, maxCost: 1000 })
})

test('an empty bucket answers THROTTLED with 200, and fills again at the restore rate', async () => {
  shop.points.drain()
  const refused = await ask(READ, { ids: idsOf(50) })
  nowMs += 1000
  const still = await ask(READ, { ids: idsOf(50) })
  nowMs += 10
  const served = await ask(READ, { ids: idsOf(50) })

  expect(refused.status).toBe(200)
  expect(refused.errors).toEqual([
    {
      message: 'Throttled',
      extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
    },
  ])
  expect(refused.cost).toMatchObject({
    requestedQueryCost: 101,
    actualQueryCost: null,
    throttleStatus: { currentlyAvailable: 0 },
  })
  expect(still.errors[0]?.message).toBe('Throttled')
  expect(served.errors).toEqual([])
  expect(shopify.log.of('Read').map(({ throttled }) => throttled)).toEqual([true, true, false])
})

test('shops do not share a bucket', async () => {
  shop.points.drain()
  const other = shopify.addShop({ domain: 'plus.myshopify.com', restoreRate: 1000 })
  const { cost, errors } = await askAdmin(shopify.origin, other, '{ shop { name } }')

  expect(errors).toEqual([])
  expect(cost.throttleStatus).toEqual({ maximumAvailable: 20_000, currentlyAvailable: 19_999, restoreRate: 1000 })
})
