import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from '../ask-admin.ts'
import { isoSecond } from '../instants.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'
import { type ListeningApp, startListeningApp } from '../webhooks/listening-app.ts'
import { APPSTLE_OTHER_NAMESPACE } from './appstle.ts'
import {
  lateWriter,
  longJson,
  movedTo,
  moveNamespace,
  tierChanges,
  withdrawAccess,
  withdrawDefinition,
} from './faults.ts'
import { loyaltyApps } from './loyalty-apps.ts'

let nowMs: number
let shopify: StandInShopify
let app: ListeningApp
let shop: Shop

beforeEach(async () => {
  nowMs = Date.parse('2026-11-20T10:00:00Z')
  app = await startListeningApp()
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', appUrl: app.url, now: () => nowMs })
  shop = shopify.addShop({ domain: 'ada.myshopify.com' })
})

afterEach(async () => {
  await shopify.close()
  await app.close()
})

const gold = { points: 90, tier: 'Gold' }

/** The handles of the events since the last call. */
async function eventsSent(): Promise<(string | undefined)[]> {
  await shop.webhooks.flush()
  return app.received.splice(0).flatMap(({ headers }) => (headers['shopify-handle'] as string) ?? [])
}

test('a namespace moves overnight with its values and definitions, and the app writes to the new one', async () => {
  const { appstle } = loyaltyApps
  const { id } = shop.customers.create()
  appstle.write(shop, id, gold)
  await eventsSent()

  moveNamespace(shop, 'appstle_loyalty', APPSTLE_OTHER_NAMESPACE)
  expect(Object.keys(shop.customers.get(id)!.metafields)).toEqual([`${APPSTLE_OTHER_NAMESPACE}.customer_loyalty`])
  expect(await eventsSent()).toEqual(['loyalty-appstle'])

  movedTo(appstle, APPSTLE_OTHER_NAMESPACE).write(shop, id, { points: 91, tier: 'Gold' })
  expect(Object.values(shop.customers.get(id)!.metafields).map(({ value }) => JSON.parse(value))).toMatchObject([
    { points: 91 },
  ])
  expect(await eventsSent()).toEqual(['loyalty-appstle'])
})

test('an app that writes forty minutes late writes by the stand-in’s clock', () => {
  const { id } = shop.customers.create()
  const late = lateWriter(loyaltyApps.mage)
  late.write(shop, id, gold)

  nowMs += 40 * 60_000 - 1
  expect(late.writeDue()).toBe(0)
  expect(shop.customers.get(id)?.metafields).toEqual({})
  nowMs += 1
  expect(late.writeDue()).toBe(1)
  expect(shop.customers.get(id)?.metafields['mage.loyalty']?.updatedAt).toBe('2026-11-20T10:40:00Z')
  expect(late.writeDue()).toBe(0)
})

test('a hundred thousand tiers change within an hour', () => {
  shop.webhooks.automatic = false
  shop.customers.createMany(1000, () => ({}))
  const startMs = nowMs
  const bursts: number[] = []
  for (const afterMs of tierChanges(shop, loyaltyApps.smile)) {
    nowMs = startMs + afterMs
    bursts.push(afterMs)
  }
  const last = [...shop.customers.all()].map(({ metafields }) => metafields['smile.vip_tier_name']?.updatedAt)

  expect(bursts).toEqual(Array.from({ length: 60 }, (_, minute) => minute * 60_000))
  // 1,667 changes in each burst reach all the thousand customers.
  expect(new Set(last)).toEqual(new Set([isoSecond(startMs + 59 * 60_000)]))
})

test('a definition that is withdrawn leaves the values', async () => {
  const { id } = shop.customers.create()
  loyaltyApps.smile.install(shop)
  loyaltyApps.smile.write(shop, id, gold)
  withdrawDefinition(shop, 'smile', 'vip_tier_name')

  expect(await read(id)).toEqual({ value: 'Gold', definition: null })
  loyaltyApps.smile.write(shop, id, { points: 0, tier: 'Silver' })
  expect(await eventsSent()).toEqual(['loyalty-smile', 'loyalty-smile'])
})

test('access that is withdrawn makes the value null and ends its events, without an error', async () => {
  const { id } = shop.customers.create()
  loyaltyApps.smile.install(shop)
  loyaltyApps.smile.write(shop, id, gold)
  await eventsSent()
  withdrawAccess(shop, 'smile.vip_tier_name')

  expect(await read(id)).toBeNull()
  loyaltyApps.smile.write(shop, id, { points: 0, tier: 'Silver' })
  expect(await eventsSent()).toEqual([])
  withdrawAccess(shop, 'smile.vip_tier_name', 'PUBLIC_READ')
  expect(await read(id)).toMatchObject({ value: 'Silver' })
})

async function read(id: string): Promise<unknown> {
  const query = `query ($id: ID!) {
    customer(id: $id) { metafield(namespace: "smile", key: "vip_tier_name") { value definition { name } } }
  }`
  const variables = { id: `gid://shopify/Customer/${id}` }
  const { data, errors } = await askAdmin(shopify.origin, shop, query, { variables })
  expect(errors).toEqual([])
  return (data.customer as { metafield: unknown }).metafield
}

test('a value that changes silently sends nothing and leaves the customer’s own instant as it was', async () => {
  const { id, updatedAt } = shop.customers.create()
  await eventsSent()
  nowMs += 60_000
  loyaltyApps.inveterate.writeSilently(shop, id, gold)
  await shop.webhooks.flush()

  expect(app.received).toEqual([])
  expect(shop.customers.get(id)).toMatchObject({ updatedAt, metafields: { 'inveterate.balance': { value: '0.90' } } })
  expect(shop.customers.get(id)?.tags).toHaveLength(1)
})

test('the longest JSON has 128 KB to the byte', () => {
  const text = longJson({ points_balance: 90, vip_tier: 'Größe' })
  expect(Buffer.byteLength(text)).toBe(131_072)
  expect(JSON.parse(text)).toMatchObject({ points_balance: 90 })
})
