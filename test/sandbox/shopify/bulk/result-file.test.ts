import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from '../ask-admin.ts'
import { gidOf } from '../global-id.ts'
import { seedCustomers } from '../seed-customers.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'
import { download, linesOf, runBulk, startBulk } from './bulk-client.ts'

const FIELDS = `id legacyResourceId createdAt updatedAt firstName lastName displayName locale state verifiedEmail tags
  numberOfOrders amountSpent { amount currencyCode }
  defaultEmailAddress { emailAddress validFormat marketingState marketingOptInLevel marketingUpdatedAt }
  defaultPhoneNumber { phoneNumber smsMarketingConsent { state optInLevel updatedAt } }
  defaultAddress { address1 address2 city province provinceCode zip country countryCodeV2 company phone timeZone }
  points: metafield(namespace: "loyalty", key: "points") { value type jsonValue updatedAt compareDigest }
  tier: metafield(namespace: "loyalty", key: "tier") { value type }`
const ALL = `{ customers { edges { node { ${FIELDS} } } } }`

let shopify: StandInShopify
let shop: Shop

beforeEach(async () => {
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', bulkDurationMs: 0 })
  shop = shopify.addShop({ domain: 'ada.myshopify.com', restoreRate: 1000 })
})

afterEach(async () => {
  await shopify.close()
})

test('each line of the file is what the API itself answers for that customer', async () => {
  seedCustomers(shop, { count: 120, seed: 3 })
  const done = await runBulk(shopify.origin, shop, ALL)
  const ids = shop.customers.ascending().map(({ id }) => gidOf('Customer', id))
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { ${FIELDS} } } }`
  const halves = [ids.slice(0, 60), ids.slice(60)].map((half) =>
    askAdmin(shopify.origin, shop, query, { variables: { ids: half } }),
  )
  const answered = (await Promise.all(halves)).flatMap(({ data }) => data.nodes as unknown[])

  expect(linesOf(await download(shopify.origin, done.url))).toEqual(answered)
})

test('the file shows the shop as it was when the operation started', async () => {
  const ada = shop.customers.create({ firstName: 'Ada' })
  const ben = shop.customers.create({ firstName: 'Ben' })
  const { id } = await startBulk(shopify.origin, shop, '{ customers { edges { node { id firstName } } } }')
  shop.customers.update(ada.id, { firstName: 'Augusta' })
  shop.customers.remove(ben.id)
  shop.customers.create({ firstName: 'Cleo' })
  const done = await shop.bulk.finished(id ?? '')

  expect(linesOf(await download(shopify.origin, done.url)).map(({ firstName }) => firstName)).toEqual(['Ada', 'Ben'])
})

test('the search and the order of the query hold', async () => {
  shop.customers.create({ firstName: 'new', updatedAt: '2026-11-20T00:00:00Z' })
  shop.customers.create({ firstName: 'newer', updatedAt: '2026-11-21T00:00:00Z' })
  shop.customers.create({ firstName: 'old', updatedAt: '2026-11-01T00:00:00Z' })
  const query = `{ customers(query: "updated_at:>='2026-11-20T12:00:00Z'", sortKey: UPDATED_AT, reverse: true) {
    nodes { firstName }
  } }`
  const done = await runBulk(shopify.origin, shop, query)

  expect(linesOf(await download(shopify.origin, done.url))).toEqual([{ firstName: 'new' }, { firstName: 'newer' }])
})

test('children stand after their parents, next to them only when grouped', async () => {
  const b2b = shopify.addShop({ domain: 'b2b.myshopify.com', b2b: true })
  const [acme, café] = ['Acme', 'Café'].map((name) => b2b.companies.add({ name }))
  for (const company of [acme, café]) {
    b2b.companies.addContact(company!.id, { customerId: b2b.customers.create().id })
  }
  const query = '{ companies { edges { node { id name contacts { edges { node { title customer { id } } } } } } } }'
  const apart = linesOf(await download(shopify.origin, (await runBulk(shopify.origin, b2b, query)).url))
  const grouped = linesOf(await download(shopify.origin, (await runBulk(shopify.origin, b2b, query, true)).url))

  expect(apart.map(({ id, __parentId }) => id ?? `in ${__parentId}`)).toEqual([
    acme!.id,
    café!.id,
    `in ${acme!.id}`,
    `in ${café!.id}`,
  ])
  expect(grouped.map(({ id, __parentId }) => id ?? `in ${__parentId}`)).toEqual([
    acme!.id,
    `in ${acme!.id}`,
    café!.id,
    `in ${café!.id}`,
  ])
  expect(apart[2]).toMatchObject({
    title: null,
    customer: { id: expect.stringMatching(/^gid:\/\/shopify\/Customer\/\d+$/) },
  })
})

test('a download can be taken up at any byte', async () => {
  seedCustomers(shop, { count: 1234, seed: 5 })
  const { url, fileSize } = await runBulk(shopify.origin, shop, ALL)
  const whole = Buffer.from((await download(shopify.origin, url)).text)
  expect(whole.length).toBe(Number(fileSize))

  for (const start of [0, 1, 700_001, whole.length - 1]) {
    const rest = await download(shopify.origin, url, { range: `bytes=${start}-` })
    expect(rest.status).toBe(206)
    expect(rest.headers['content-range']).toBe(`bytes ${start}-${whole.length - 1}/${whole.length}`)
    expect(Buffer.byteLength(rest.text)).toBeGreaterThan(0)
    expect(rest.text).toBe(whole.subarray(start).toString())
  }
  expect((await download(shopify.origin, url, { range: `bytes=${whole.length}-` })).status).toBe(416)
})

test('a credential sent to the storage host is refused and noted as a leak', async () => {
  shop.customers.create()
  const { url } = await runBulk(shopify.origin, shop, ALL)

  expect((await download(shopify.origin, url, { 'x-shopify-access-token': 'shpat_x' })).status).toBe(400)
  expect((await download(shopify.origin, url, { authorization: 'Bearer x' })).status).toBe(400)
  expect((await download(shopify.origin, url)).status).toBe(200)
  expect(shopify.log.leaks()).toHaveLength(2)
})

test('a wrong signature opens nothing', async () => {
  shop.customers.create()
  const { url } = await runBulk(shopify.origin, shop, ALL)
  const forged = new URL(url ?? '')
  forged.searchParams.set('Signature', 'forged')

  expect((await download(shopify.origin, forged.href)).status).toBe(403)
})

test('a download breaks off after the bytes told, and can then be taken up again', async () => {
  seedCustomers(shop, { count: 2000, seed: 5 })
  const { url } = await runBulk(shopify.origin, shop, ALL)
  shopify.faults.cause({ kind: 'download-cut', afterBytes: 500_000, times: 1 })

  await expect(download(shopify.origin, url)).rejects.toThrow()
  expect((await download(shopify.origin, url, { range: 'bytes=500000-' })).status).toBe(206)
})

test('a slow download is a whole one', async () => {
  seedCustomers(shop, { count: 1200, seed: 5 })
  const { url, fileSize } = await runBulk(shopify.origin, shop, ALL)
  shopify.faults.cause({ kind: 'download-slow', delayMs: 2, times: 1 })

  expect(Buffer.byteLength((await download(shopify.origin, url)).text)).toBe(Number(fileSize))
})

test('an address may be refused before its time', async () => {
  shop.customers.create()
  const { url } = await runBulk(shopify.origin, shop, ALL)
  shopify.faults.cause({ kind: 'url-expired', times: 1 })

  expect((await download(shopify.origin, url)).status).toBe(403)
  expect((await download(shopify.origin, url)).status).toBe(200)
})
