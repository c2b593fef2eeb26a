import { expect, test, vi } from 'vitest'
import { config } from '#app/config.server.ts'
import { findDataRequests } from '#app/store/data-requests.ts'
import { findShop } from '#app/store/shops.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import { type Delivery, forgedDelivery, signatureOf } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { reopenApp } from '#test/support/reopen-app.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

async function givenAda() {
  const given = await givenConnectedShop(sandbox, (shop) => void shop.customers.create({ email: 'ada@example.com' }))
  return { ...given, ada: given.shop.customers.ascending()[0]! }
}

/** What is stored of a shop, and could be lost. */
async function heldOf({ domain }: InstalledShop) {
  const [row] = await rowsIn(
    sandbox.databaseUrl,
    `select s.uninstalled_at, (select count(*)::int from profile p where p.shop = s.domain) as profiles,
       (select count(*)::int from "Session" t where t.shop = s.domain) as tokens,
       (select count(*)::int from tombstone t where t.shop = s.domain) as tombstones,
       (select count(*)::int from outbox m where m.shop = s.domain) as merges,
       (select count(*)::int from dirty_customer d where d.shop = s.domain) as marks
     from shop s where domain = $1`,
    [domain],
  )
  return row
}

const with_ = (delivery: Delivery, headers: Record<string, string>): Delivery => {
  const all = Object.entries({ ...delivery.headers, ...headers }).filter(([, value]) => value !== '')
  return { ...delivery, headers: Object.fromEntries(all) }
}
const under = (delivery: Delivery, { domain }: InstalledShop) => with_(delivery, { 'x-shopify-shop-domain': domain })
const triggered = (delivery: Delivery, at: Date) => with_(delivery, { 'x-shopify-triggered-at': at.toISOString() })

const destructive = [
  'customers/redact',
  'customers/data_request',
  'shop/redact',
  'app/uninstalled',
  'shop/update',
] as const

test.each(destructive)('a body of %s that names one shop does nothing under another', async (topic) => {
  const [given, other] = [await givenAda(), await givenAda()]
  const before = await heldOf(given)
  other.shop.tokens.revokeAll()
  given.shop.tokens.revokeAll()
  const delivery = other.shop.webhooks.compose(topic as 'customers/redact', other.ada)
  expect(await other.shop.webhooks.deliverOnce(under(delivery, given))).toBe(200)
  expect(await heldOf(given)).toEqual(before)
  expect(await findDataRequests(given.domain)).toEqual([])
})

test.each(destructive)('a body of %s does under no other topic what that one does', async (topic) => {
  const given = await givenAda()
  given.shop.tokens.revokeAll()
  const delivery = given.shop.webhooks.compose(topic as 'customers/redact', given.ada)
  for (const other of destructive.filter((name) => name !== topic)) {
    const uri = given.shop.webhooks.compose(other as 'customers/redact', given.ada).uri
    const forged = { ...with_(delivery, { 'x-shopify-topic': other }), uri }
    expect(await given.shop.webhooks.deliverOnce(forged)).toBe(200)
  }
  expect(await heldOf(given)).toMatchObject({ uninstalled_at: null, profiles: 1, tombstones: 0 })
  expect(await findDataRequests(given.domain)).toEqual([])
})

test.each(destructive.filter((topic) => topic !== 'shop/update'))(
  'a body of %s without the shop in it does nothing',
  async (topic) => {
    const given = await givenAda()
    given.shop.tokens.revokeAll()
    const delivery = given.shop.webhooks.compose(topic as 'customers/redact', given.ada)
    const { shop_domain: _, myshopify_domain: __, ...rest } = JSON.parse(delivery.body)
    const body = JSON.stringify(rest)
    const signed = {
      ...with_(delivery, { 'x-shopify-hmac-sha256': signatureOf(body, config.shopify.apiSecret) }),
      body,
    }
    expect(await given.shop.webhooks.deliverOnce(signed)).toBe(200)
    expect(await heldOf(given)).toMatchObject({ uninstalled_at: null, profiles: 1, tombstones: 0 })
    expect(await findDataRequests(given.domain)).toEqual([])
  },
)

test.each(['customers/create', 'customers/update', 'customers/delete', 'customers/merge'] as const)(
  '%s, whose body names no shop, causes no more than a read under another shop’s header',
  async (topic) => {
    const [given, other] = [await givenAda(), await givenAda()]
    const subject = { ...other.ada, id: '77', keptId: '77', goneId: given.ada.id }
    const delivery = other.shop.webhooks.compose(topic as 'customers/redact', subject as unknown as Customer)
    expect(await other.shop.webhooks.deliverOnce(under(delivery, given))).toBe(200)
    await syncToRest(given.domain)
    expect(await heldOf(given)).toMatchObject({ uninstalled_at: null, profiles: 1, merges: 0, marks: 0 })
    expect(sandbox.klaviyo.account(given.accountId).profileByEmail('ada@example.com')).toBeDefined()
  },
)

test('a privacy webhook without the shop in a header is taken by its body (case 27)', async () => {
  const given = await givenAda()
  const send = async (topic: 'customers/redact' | 'customers/data_request') =>
    given.shop.webhooks.deliverOnce(
      with_(given.shop.webhooks.compose(topic, given.ada), { 'x-shopify-shop-domain': '' }),
    )
  expect(await send('customers/data_request')).toBe(200)
  expect(await findDataRequests(given.domain)).toHaveLength(1)
  expect(await send('customers/redact')).toBe(200)
  given.shop.customers.remove(given.ada.id)
  await syncToRest(given.domain)
  expect(sandbox.klaviyo.account(given.accountId).size).toBe(0)
})

test('signatures that are not Shopify’s are counted, and logged at most once a minute, without the body', async () => {
  const given = await givenAda()
  skip(60_000)
  const lines: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    if (String(line).includes('signatures_refused')) lines.push(String(line))
    return true
  })
  const forged = forgedDelivery(given.shop.webhooks.compose('customers/redact', given.ada))
  for (let i = 0; i < 50; i++) await given.shop.webhooks.deliverOnce(forged)
  skip(60_000)
  await given.shop.webhooks.deliverOnce(forged)
  spy.mockRestore()
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ deliveries: 1 }, { deliveries: 50 }])
  expect(lines.join('')).not.toContain('example.com')
})

/** Uninstalled and installed again a minute later, with Shopify's report of the uninstallation. */
async function givenReinstalled() {
  const given = await givenAda()
  const removed = given.shop.webhooks.compose('app/uninstalled')
  const scopes = given.shop.webhooks.compose('app/scopes_update', { previous: [], current: [] })
  given.shop.uninstall()
  await given.shop.webhooks.flush()
  skip(60_000)
  await reopenApp(sandbox, given)
  await syncToRest(given.domain)
  return { ...given, removed, scopes, at: new Date(Date.now() - 60_000) }
}

test('news of a removal that come after a new installation change nothing, whatever time they name (case 30)', async () => {
  const given = await givenReinstalled()
  skip(60 * 60_000)
  const before = await heldOf(given)
  for (const at of [null, given.at, clock(), new Date(Date.now() + 60_000)]) {
    const delivery = at ? triggered(given.removed, at) : with_(given.removed, { 'x-shopify-triggered-at': '' })
    expect(await given.shop.webhooks.deliverOnce(delivery)).toBe(200)
  }
  expect(await heldOf(given)).toEqual(before)
  expect(before).toMatchObject({ uninstalled_at: null, tokens: 1 })
})

test('news of scopes that are older than the installation change nothing', async () => {
  const given = await givenReinstalled()
  const before = await findShop(given.domain)
  expect(await given.shop.webhooks.deliverOnce(triggered(given.scopes, given.at))).toBe(200)
  expect(before?.factsReadAt).not.toBeNull()
  expect((await findShop(given.domain))?.factsReadAt).toEqual(before?.factsReadAt)
  expect(await given.shop.webhooks.deliverOnce(triggered(given.scopes, clock()))).toBe(200)
  expect((await findShop(given.domain))?.factsReadAt).toBeNull()
})

test('a redaction of the shop that comes after a new installation erases nothing, whatever time it names', async () => {
  const given = await givenReinstalled()
  skip(48 * 60 * 60_000)
  const before = await heldOf(given)
  const redaction = given.shop.webhooks.compose('shop/redact')
  for (const at of [given.at, clock()]) {
    expect(await given.shop.webhooks.deliverOnce(triggered(redaction, at))).toBe(200)
  }
  expect(await heldOf(given)).toEqual(before)
})

test('a shop whose uninstallation was not reported is erased when Shopify refuses its token, and the request is repeated while Shopify does not answer', async () => {
  const given = await givenAda()
  const redaction = given.shop.webhooks.compose('shop/redact')
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, times: 10 })
  expect(await given.shop.webhooks.deliverOnce(redaction)).toBe(503)
  sandbox.shopify.faults.clear()
  expect(await heldOf(given)).toMatchObject({ profiles: 1 })
  given.shop.tokens.revokeAll()
  expect(await given.shop.webhooks.deliverOnce(redaction)).toBe(200)
  expect(await heldOf(given)).toBeUndefined()
})
