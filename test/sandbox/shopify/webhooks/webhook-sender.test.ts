import '@shopify/shopify-api/adapters/web-api'
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'
import { forgedDelivery } from './delivery.ts'
import { type ListeningApp, type Received, startListeningApp } from './listening-app.ts'

const BIG = '706405506930370084'

let shopify: StandInShopify
let app: ListeningApp
let shop: Shop

beforeEach(async () => {
  app = await startListeningApp()
  shopify = await startShopify({
    apiKey: 'key',
    apiSecret: 'secret',
    appUrl: app.url,
    now: () => Date.parse('2026-11-20T10:00:00Z'),
    bulkDurationMs: 0,
  })
  shop = shopify.addShop({ domain: 'ada.myshopify.com', timeZone: 'America/New_York' })
})

afterEach(async () => {
  await shopify.close()
  await app.close()
})

const library = shopifyApi({
  apiKey: 'key',
  apiSecretKey: 'secret',
  apiVersion: ApiVersion.October26,
  hostName: 'app.example',
  isEmbeddedApp: true,
  isTesting: true,
  logger: { level: LogSeverity.Error },
})

async function validated({ path, headers, body }: Received) {
  const rawRequest = new Request(`https://app.example${path}`, {
    method: 'POST',
    body,
    headers: headers as Record<string, string>,
  })
  return library.webhooks.validate({ rawBody: body, rawRequest })
}

test('a changed customer is announced by id and updated_at alone, every digit kept', async () => {
  shop.customers.create({ id: BIG, firstName: 'Ada', email: 'ada@example.com' })
  await shop.webhooks.flush()
  const [delivery] = app.received

  expect(delivery?.path).toBe('/webhooks/customers')
  expect(delivery?.body).toBe(
    `{"id":${BIG},"admin_graphql_api_id":"gid://shopify/Customer/${BIG}","updated_at":"2026-11-20T05:00:00-05:00"}`,
  )
  expect(delivery?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-shopify-topic': 'customers/create',
    'x-shopify-shop-domain': 'ada.myshopify.com',
    'x-shopify-api-version': '2026-10',
    'x-shopify-triggered-at': '2026-11-20T10:00:00.000Z',
    'x-shopify-webhook-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-shopify-event-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
})

test('Shopify’s own library finds webhooks and Events valid, and a forged one not', async () => {
  const customer = shop.customers.create({ points: 5 })
  await shop.webhooks.flush()
  shop.customers.setLoyalty(customer.id, { points: 6 })
  await shop.webhooks.flush()
  await shop.webhooks.deliverOnce(forgedDelivery(shop.webhooks.compose('customers/update', customer)))
  const [webhook, event, forged] = await Promise.all(app.received.map(validated))

  expect(webhook).toMatchObject({
    valid: true,
    webhookType: 'webhooks',
    topic: 'CUSTOMERS_CREATE',
    domain: 'ada.myshopify.com',
  })
  expect(event).toMatchObject({
    valid: true,
    webhookType: 'events',
    topic: 'CUSTOMER',
    handle: 'loyalty-changed',
    action: 'update',
  })
  expect(forged).toMatchObject({ valid: false, reason: 'invalid_hmac' })
})

test('each kind of change has its topic and its payload', async () => {
  shop.webhooks.configure({ concurrency: 1 })
  const { id } = shop.customers.create({ email: 'ada@example.com', phone: '+4915123456789' })
  const gid = `gid://shopify/Customer/${id}`
  const other = shop.customers.create()
  shop.customers.update(id, { firstName: 'Ada' })
  shop.customers.update(id, { numberOfOrders: '3' })
  shop.customers.addTags(id, 'vip')
  shop.customers.removeTags(id, 'vip')
  shop.customers.setConsent(id, { email: 'SUBSCRIBED', sms: 'SUBSCRIBED' })
  shop.customers.merge(id, other.id)
  shop.customers.remove(id)
  await shop.webhooks.flush()

  const occurred = { customerId: gid, occurredAt: '2026-11-20T10:00:00.000Z' }
  expect(app.received.slice(2).map(({ headers, body }) => [headers['x-shopify-topic'], JSON.parse(body)])).toEqual([
    ['customers/update', { id: Number(id), admin_graphql_api_id: gid, updated_at: '2026-11-20T05:00:00-05:00' }],
    ['customers/purchasing_summary', occurred],
    ['customer.tags_added', occurred],
    ['customer.tags_removed', occurred],
    ['customers_email_marketing_consent/update', { customer_id: Number(id) }],
    ['customers_marketing_consent/update', { id: Number(id) }],
    [
      'customers/merge',
      {
        admin_graphql_api_customer_kept_id: gid,
        admin_graphql_api_customer_deleted_id: `gid://shopify/Customer/${other.id}`,
        admin_graphql_api_job_id: null,
        status: 'completed',
        errors: [],
      },
    ],
    ['customers/update', expect.objectContaining({ admin_graphql_api_id: gid })],
    ['customers/delete', { id: Number(id), admin_graphql_api_id: gid }],
  ])
})

test('the deliveries of one action share an event id and have webhook ids of their own', async () => {
  const { id } = shop.customers.create()
  await shop.webhooks.flush()
  shop.customers.update(id, { firstName: 'Ada', numberOfOrders: '3' })
  await shop.webhooks.flush()
  const [update, purchase] = app.received.slice(1).map(({ headers }) => headers)

  expect(update?.['x-shopify-event-id']).toBe(purchase?.['x-shopify-event-id'])
  expect(update?.['x-shopify-webhook-id']).not.toBe(purchase?.['x-shopify-webhook-id'])
})

test('a shop that does not send by itself sends what it is told to', async () => {
  shop.webhooks.automatic = false
  const customer = shop.customers.create()
  shop.webhooks.send('customers/update', customer)
  await shop.webhooks.flush()

  expect(app.received.map(({ headers }) => headers['x-shopify-topic'])).toEqual(['customers/update'])
})

test('uninstalling kills the tokens, is announced, and ends all other webhooks', async () => {
  const { value } = shop.tokens.giveOffline(shop.scopes)
  shop.uninstall()
  shop.customers.create()
  await shop.webhooks.flush()

  expect(shop.tokens.find(value)).toBeNull()
  expect(app.received.map(({ path, headers }) => [path, headers['x-shopify-topic']])).toEqual([
    ['/webhooks/app', 'app/uninstalled'],
  ])
  expect(JSON.parse(app.received[0]?.body ?? '')).toMatchObject({ myshopify_domain: 'ada.myshopify.com' })
})

test('new scopes and new facts of the shop are announced', async () => {
  shop.webhooks.configure({ concurrency: 1 })
  shop.setScopes(['read_customers'])
  shop.setFacts({ timeZone: 'Asia/Tokyo' })
  await shop.webhooks.flush()

  expect(app.received.map(({ headers, body }) => [headers['x-shopify-topic'], JSON.parse(body)])).toMatchObject([
    ['app/scopes_update', { previous: ['read_customers', 'read_customer_merge'], current: ['read_customers'] }],
    ['shop/update', { iana_timezone: 'Asia/Tokyo' }],
  ])
})

test('the compliance topics carry what the law wants', async () => {
  shop.webhooks.configure({ concurrency: 1 })
  const customer = shop.customers.create({ id: BIG, email: 'ada@example.com' })
  shop.webhooks.send('customers/data_request', customer)
  shop.webhooks.send('customers/redact', customer)
  shop.webhooks.send('shop/redact')
  await shop.webhooks.flush()
  const [, dataRequest, redact, shopRedact] = app.received

  expect(dataRequest?.path).toBe('/webhooks/privacy')
  expect(dataRequest?.body).toContain(
    `"customer":{"id":${BIG},"email":"ada@example.com","phone":null},"orders_requested":[]`,
  )
  expect(redact?.body).toContain('"orders_to_redact":[]')
  expect(JSON.parse(shopRedact?.body ?? '')).toEqual({ shop_id: 60_000_000_001, shop_domain: 'ada.myshopify.com' })
})

test('Flow names a customer by its global id or by its number', async () => {
  shop.webhooks.configure({ concurrency: 1 })
  shop.webhooks.runFlow(BIG)
  shop.webhooks.runFlow(BIG, { idAs: 'number' })
  await shop.webhooks.flush()

  expect(app.received.map(({ path }) => path)).toEqual(['/flow/sync-customer', '/flow/sync-customer'])
  expect(app.received[0]?.body).toContain(`"properties":{"customer_id":"gid://shopify/Customer/${BIG}"}`)
  expect(app.received[1]?.body).toContain(`"properties":{"customer_id":${BIG}}`)
  expect(app.received[0]?.headers['x-shopify-hmac-sha256']).toMatch(/=$/)
})

test('a finished bulk operation is announced once, twice, early or never, as told', async () => {
  const run = async (how?: 'lost' | 'early' | 'double') => {
    if (how) shopify.faults.cause({ kind: 'finish-webhook', how, times: 1 })
    const operation = shop.bulk.start('', { count: 0, lines: () => [] })
    await shop.bulk.finished(operation?.id ?? '')
    await shop.webhooks.flush()
    return app.received.splice(0).map(({ body }) => JSON.parse(body) as Record<string, unknown>)
  }

  expect(await run()).toEqual([
    {
      admin_graphql_api_id: 'gid://shopify/BulkOperation/3000000000001',
      completed_at: '2026-11-20T05:00:00-05:00',
    },
  ])
  expect(await run('double')).toHaveLength(2)
  expect(await run('lost')).toHaveLength(0)
  expect(await run('early')).toMatchObject([{ completed_at: null }])
})
