import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from '../ask-admin.ts'
import { download, linesOf, runBulk } from '../bulk/bulk-client.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'

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

const ask = (query: string, id: string) =>
  askAdmin(shopify.origin, shop, query, { variables: { id: `gid://shopify/Customer/${id}` } })

const CREDIT =
  'query ($id: ID!) { customer(id: $id) { id storeCreditAccounts(first: 5) { nodes { id balance { amount currencyCode } } } } }'

test('store credit is an account for each currency, for an app with its scope', async () => {
  shop.setScopes(['read_customers', 'read_store_credit_accounts'])
  const { id, updatedAt } = shop.customers.create()
  nowMs += 60_000
  shop.customers.setStoreCredit(id, { amount: '18.25', currencyCode: 'EUR' })
  shop.customers.setStoreCredit(id, { amount: '5.0', currencyCode: 'USD' })
  shop.customers.setStoreCredit(id, { amount: '20.0', currencyCode: 'EUR' })
  const { data, errors } = await ask(CREDIT, id)

  expect(errors).toEqual([])
  expect(data.customer).toMatchObject({
    storeCreditAccounts: {
      nodes: [
        { id: `gid://shopify/StoreCreditAccount/${id}0`, balance: { amount: '20.0', currencyCode: 'EUR' } },
        { id: `gid://shopify/StoreCreditAccount/${id}1`, balance: { amount: '5.0', currencyCode: 'USD' } },
      ],
    },
  })
  expect(shop.customers.get(id)?.updatedAt).toBe(updatedAt)
})

test('without its scope store credit is denied, and takes the customer with it, since the field is never null', async () => {
  const { id } = shop.customers.create()
  const { data, errors } = await ask(CREDIT, id)

  expect(data).toEqual({ customer: null })
  expect(errors).toMatchObject([
    {
      message:
        'Access denied for storeCreditAccounts field. Required access: `read_store_credit_accounts` access scope.',
      path: ['customer', 'storeCreditAccounts'],
      extensions: { code: 'ACCESS_DENIED' },
    },
  ])
})

test('a bulk query writes store credit as lines of its own, and fails without the scope', async () => {
  const query =
    '{ customers { edges { node { id storeCreditAccounts { edges { node { id balance { amount currencyCode } } } } } } } }'
  const { id } = shop.customers.create()
  shop.customers.setStoreCredit(id, { amount: '18.25', currencyCode: 'EUR' })
  const __parentId = `gid://shopify/Customer/${id}`

  expect(await runBulk(shopify.origin, shop, query)).toMatchObject({ status: 'FAILED', errorCode: 'ACCESS_DENIED' })
  shop.setScopes(['read_customers', 'read_store_credit_accounts'])
  const { url } = await runBulk(shopify.origin, shop, query)
  expect(linesOf(await download(shopify.origin, url))).toEqual([
    { id: __parentId },
    { id: expect.any(String), balance: { amount: '18.25', currencyCode: 'EUR' }, __parentId },
  ])
})
