import { afterEach, beforeEach, expect, test } from 'vitest'
import { withdrawAccess } from '../loyalty-apps/faults.ts'
import { loyaltyApps } from '../loyalty-apps/loyalty-apps.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'
import { type ListeningApp, startListeningApp } from './listening-app.ts'

let shopify: StandInShopify
let app: ListeningApp
let shop: Shop
let id: string

beforeEach(async () => {
  app = await startListeningApp()
  const now = () => Date.parse('2026-11-20T10:00:00Z')
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', appUrl: app.url, now })
  shop = shopify.addShop({ domain: 'ada.myshopify.com' })
  id = shop.customers.create({ points: 5 }).id
  await shop.webhooks.flush()
  app.received.splice(0)
})

afterEach(async () => {
  await shopify.close()
  await app.close()
})

const text = (value: string) => ({ type: 'single_line_text_field', value, updatedAt: '2026-11-20T10:00:00Z' })

/** What came, by handle or topic. */
async function sent(): Promise<Record<string, unknown>> {
  await shop.webhooks.flush()
  const entries = app.received.map(({ headers, body }) => {
    return [headers['shopify-handle'] ?? headers['x-shopify-topic'], JSON.parse(body)] as const
  })
  expect(new Set(entries.map(([name]) => name)).size, 'one delivery each').toBe(entries.length)
  return Object.fromEntries(entries)
}

test('one action on several metafields is one delivery for each subscription that hears of some', async () => {
  shop.customers.setMetafields(id, {
    'loyalty.points': null,
    'loyalty.tier': text('Gold'),
    'loyalty.balance': text('5'),
    'custom.size': text('M'),
  })
  const gid = `gid://shopify/Customer/${id}`
  const path = (key: string) => `customer[id: '${gid}'].metafield[namespace: 'loyalty', key: '${key}'].value`

  expect(await sent()).toEqual({
    'loyalty-changed': {
      topic: 'Customer',
      action: 'update',
      handle: 'loyalty-changed',
      fields_changed: { added: [path('tier')], updated: [], removed: [path('points')] },
      query_variables: { customerId: gid, metafieldNamespace: 'loyalty', metafieldKey: 'points' },
    },
    'loyalty-easypoints': {
      topic: 'Customer',
      action: 'update',
      handle: 'loyalty-easypoints',
      fields_changed: { added: [path('balance')], updated: [], removed: [] },
      query_variables: { customerId: gid, metafieldNamespace: 'loyalty', metafieldKey: 'balance' },
    },
  })
})

test('points and tier that are written one after the other are two deliveries, told by Events only', async () => {
  const big = shop.customers.create({ id: '706405506930370084', points: 5 })
  await shop.webhooks.flush()
  app.received.splice(0)
  shop.customers.setLoyalty(big.id, { points: 6, tier: 'Gold' })
  await shop.webhooks.flush()

  expect(app.received.map(({ headers }) => headers['shopify-handle'])).toEqual(['loyalty-changed', 'loyalty-changed'])
  expect(new Set(app.received.map(({ headers }) => headers['shopify-webhook-id'])).size).toBe(2)
  for (const { body } of app.received) expect(body).toContain(`"customerId":"gid://shopify/Customer/${big.id}"`)
})

test('an event goes where its subscription says, under the headers of Events', async () => {
  loyaltyApps.mage.write(shop, id, { points: 90, tier: 'Silver' })
  await sent()

  expect(app.received[0]?.path).toBe('/events/customers')
  expect(app.received[0]?.headers).toMatchObject({
    'shopify-topic': 'Customer',
    'shopify-action': 'update',
    'shopify-handle': 'loyalty-mage',
    'shopify-shop-domain': 'ada.myshopify.com',
    'shopify-api-version': '2026-10',
    'shopify-webhook-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'shopify-triggered-at': '2026-11-20T10:00:00.000Z',
  })
})

test('other namespaces send nothing, though the customer has changed for a reader', async () => {
  shop.customers.setMetafields(id, { 'custom.size': text('M'), 'app--1--points.balance': text('5') })
  expect(await sent()).toEqual({})
})

test.each(['PRIVATE', 'MERCHANT_READ', 'MERCHANT_READ_WRITE'] as const)(
  'a metafield with access %s sends nothing, and those beside it do',
  async (access) => {
    withdrawAccess(shop, 'loyalty.points', access)
    shop.customers.setMetafield(id, 'loyalty.points', text('7'))
    expect(await sent()).toEqual({})

    shop.customers.setMetafields(id, { 'loyalty.points': text('8'), 'loyalty.tier': text('Gold') })
    expect(await sent()).toMatchObject({
      'loyalty-changed': { fields_changed: { added: [expect.any(String)], updated: [] } },
    })
  },
)

test('customers/update follows a write of metafields only when asked to, once for the whole action', async () => {
  shop.webhooks.updateWithMetafields = true
  shop.customers.setMetafields(id, { 'custom.size': text('M'), 'custom.colour': text('red') })
  expect(Object.keys(await sent())).toEqual(['customers/update'])
})

test('an event about a metafield that nobody subscribed to cannot be composed', () => {
  const event = { customerId: id, metafield: 'custom.size', how: 'updated' } as const
  expect(() => shop.webhooks.sendEvent(event)).toThrow('no event subscription hears of custom.size')
})
