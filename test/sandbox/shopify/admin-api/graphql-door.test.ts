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
  shop = shopify.addShop({ domain: 'ada.myshopify.com', name: 'Ada & Co' })
})

afterEach(async () => {
  await shopify.close()
})

const ask = (query: string, variables?: object) => askAdmin(shopify.origin, shop, query, variables ? { variables } : {})

test('customers read by id come in the order asked for, null where one is gone', async () => {
  const big = shop.customers.create({ id: '706405506930370084', firstName: 'Ada', points: 7 })
  const small = shop.customers.create({ email: 'ben@example.com', phone: '+4915123456789' })
  const ids = [big.id, '404', small.id].map((id) => gidOf('Customer', id))

  const { data } = await ask(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Customer {
      id legacyResourceId firstName tags numberOfOrders amountSpent { amount currencyCode }
      defaultEmailAddress { emailAddress validFormat } defaultPhoneNumber { phoneNumber smsMarketingConsent { state } }
      points: metafield(namespace: "loyalty", key: "points") { value type jsonValue updatedAt compareDigest }
    } } }`,
    { ids },
  )

  expect(data.nodes).toEqual([
    {
      __typename: 'Customer',
      id: 'gid://shopify/Customer/706405506930370084',
      legacyResourceId: '706405506930370084',
      firstName: 'Ada',
      tags: [],
      numberOfOrders: '0',
      amountSpent: { amount: '0.0', currencyCode: 'EUR' },
      defaultEmailAddress: null,
      defaultPhoneNumber: null,
      points: {
        value: '7',
        type: 'number_integer',
        jsonValue: 7,
        updatedAt: '2026-11-20T10:00:00Z',
        compareDigest: '7902699be42c8a8e46fbbb4501726517e86b22c56a189f7625a6da49081b2451',
      },
    },
    null,
    expect.objectContaining({
      defaultEmailAddress: { emailAddress: 'ben@example.com', validFormat: true },
      defaultPhoneNumber: { phoneNumber: '+4915123456789', smsMarketingConsent: { state: 'NEVER_SUBSCRIBED' } },
    }),
  ])
})

test('more than 250 ids are refused', async () => {
  const ids = Array.from({ length: 251 }, (_, index) => gidOf('Customer', String(index + 1)))
  const { status, errors } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })

  expect(status).toBe(200)
  expect(errors[0]?.extensions?.code).toBe('MAX_INPUT_SIZE_EXCEEDED')
})

test('an unknown field and a wrong argument fail as with Shopify: 200, errors, no data', async () => {
  const field = await ask('{ customers(first: 1) { nodes { nope } } }')
  const argument = await ask('{ customers(first: "x") { nodes { id } } }')

  expect(field.status).toBe(200)
  expect(field.body.data).toBeUndefined()
  expect(field.errors[0]).toMatchObject({
    message: "Field 'nope' doesn't exist on type 'Customer'",
    extensions: { code: 'undefinedField', typeName: 'Customer', fieldName: 'nope' },
  })
  expect(argument.errors[0]?.extensions?.code).toBe('argumentLiteralsIncompatible')
})

test('a token that was never given or has died is answered 401 in Shopify’s words', async () => {
  const { status, headers, body } = await askAdmin(shopify.origin, shop, '{ shop { name } }', { token: 'shpat_never' })

  expect(status).toBe(401)
  expect(body).toEqual({ errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' })
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
})

test('a token of another shop opens nothing', async () => {
  const other = shopify.addShop({ domain: 'ben.myshopify.com' })
  const { status } = await askAdmin(shopify.origin, shop, '{ shop { name } }', {
    token: other.tokens.giveOffline([]).value,
  })

  expect(status).toBe(401)
})

test('a missing scope gives null and an error that names the scope', async () => {
  const token = shop.tokens.giveOffline(['read_orders']).value
  const { data, errors } = await askAdmin(shopify.origin, shop, '{ customer(id: "gid://shopify/Customer/1") { id } }', {
    token,
  })

  expect(data).toEqual({ customer: null })
  expect(errors[0]).toMatchObject({
    message: 'Access denied for customer field. Required access: `read_customers` access scope.',
    extensions: { code: 'ACCESS_DENIED' },
  })
})

test('the shop and the installation tell who they are', async () => {
  const { data } = await ask(`{
    shop { name myshopifyDomain ianaTimezone currencyCode plan { shopifyPlus } }
    currentAppInstallation { accessScopes { handle } }
  }`)

  expect(data).toEqual({
    shop: {
      name: 'Ada & Co',
      myshopifyDomain: 'ada.myshopify.com',
      ianaTimezone: 'Europe/Berlin',
      currencyCode: 'EUR',
      plan: { shopifyPlus: false },
    },
    currentAppInstallation: { accessScopes: [{ handle: 'read_customers' }, { handle: 'read_customer_merge' }] },
  })
})

test('a customer is found by e-mail address and by phone number', async () => {
  const { id } = shop.customers.create({ email: 'Ada@example.com', phone: '+4915123456789' })
  const query = 'query ($by: CustomerIdentifierInput!) { customerByIdentifier(identifier: $by) { id } }'

  expect((await ask(query, { by: { emailAddress: 'ada@EXAMPLE.com' } })).data.customerByIdentifier).toEqual({
    id: gidOf('Customer', id),
  })
  expect((await ask(query, { by: { phoneNumber: '+4915123456789' } })).data.customerByIdentifier).toEqual({
    id: gidOf('Customer', id),
  })
  expect((await ask(query, { by: { emailAddress: 'nobody@example.com' } })).data.customerByIdentifier).toBeNull()
})

test('customers are counted, up to a limit', async () => {
  shop.customers.createMany(12, (index) => ({ updatedAt: index < 5 ? '2026-11-01T00:00:00Z' : '2026-11-20T00:00:00Z' }))
  const { data } = await ask(`{
    all: customersCount(limit: null) { count precision }
    some: customersCount(limit: 10) { count precision }
    late: customersCount(query: "updated_at:>=2026-11-20") { count }
  }`)

  expect(data).toEqual({
    all: { count: 12, precision: 'EXACT' },
    some: { count: 10, precision: 'AT_LEAST' },
    late: { count: 7 },
  })
})

test('a metafield that its owner keeps to itself reads as null', async () => {
  const { id } = shop.customers.create({ points: 5 })
  shop.metafieldDefinitions = shop.metafieldDefinitions.map((definition) => ({
    ...definition,
    access: { admin: 'MERCHANT_READ' },
  }))
  const query = 'query ($id: ID!) { customer(id: $id) { metafield(namespace: "loyalty", key: "points") { value } } }'

  expect((await ask(query, { id: gidOf('Customer', id) })).data).toEqual({ customer: { metafield: null } })
})

test('the log knows each request by its operation, its cost and the shop of its token', async () => {
  await ask('query ShopName { shop { name } }')

  expect(shopify.log.of('ShopName')).toMatchObject([
    { door: 'graphql', status: 200, requestedCost: 1, actualCost: 1, tokenShop: 'ada.myshopify.com', throttled: false },
  ])
  expect(shopify.log.counts()).toEqual({ ShopName: 1 })
})
