import { expect, test, vi } from 'vitest'
import { topicOfMetafield } from '#app/core/loyalty/last-heard.ts'
import { loyaltyTriggers } from '#app/core/loyalty/triggers.ts'
import { listActivity } from '#app/sync/report/list-activity.ts'
import { movedTo, tierChanges } from '#test/sandbox/shopify/loyalty-apps/faults.ts'
import { type LoyaltyAppName, loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import { type Delivery, signatureOf } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { clock } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { fromMetafield, givenLoyaltyShop } from './given-loyalty-shop.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

const magePoints = fromMetafield('mage.loyalty', 'points_balance')
const topicsOf = async ({ domain }: InstalledShop): Promise<string[]> =>
  (await rowsIn(sandbox.databaseUrl, 'select topic from webhook_topic where shop = $1', [domain])).map(
    ({ topic }) => topic,
  )

const gold = { points: 250, tier: 'Gold', referralLink: 'https://ada.example/r/1', expiresAt: '2027-01-01T00:00:00Z' }
const covered = new Set(loyaltyTriggers.flatMap(({ metafields }) => metafields))

/** Rivo publishes no namespace for its newer format, and Okendo none: Rivo's tier is heard of by its tag, and Okendo by the nightly check. */
const unheard: readonly LoyaltyAppName[] = ['okendo']

test.each(Object.keys(loyaltyApps) as LoyaltyAppName[])(
  'a write of %s marks the customer as soon as Shopify tells of it',
  async (name) => {
    const app = loyaltyApps[name]
    const given = await givenLoyaltyShop(sandbox, magePoints)
    app.write(given.shop, given.id(), gold)
    await given.shop.webhooks.flush()
    if (unheard.includes(name)) return expect(await given.marks()).toEqual([])

    expect(await given.marks()).toMatchObject([{ customer_id: given.id(), ordered_at: null }])
    const written = Object.keys(given.shop.customers.get(given.id())!.metafields).filter((place) => covered.has(place))
    await vi.waitFor(
      async () => {
        const heard = (await topicsOf(given)).filter((topic) => topic.startsWith('metafield ')).sort()
        expect(heard).toEqual(written.map(topicOfMetafield).sort())
      },
      { timeout: 20_000 },
    )
  },
)

test('the activity page says when a mapped value was last heard of, and how', async () => {
  const given = await givenLoyaltyShop(sandbox, magePoints)
  const sources = async () =>
    (await listActivity(given.domain, { after: null, limit: 5, viewer: null, now: clock() })).sources
  expect(await sources()).toEqual([{ source: magePoints, property: 'Points', by: null, at: null }])
  loyaltyApps.mage.write(given.shop, given.id(), gold)
  await given.shop.webhooks.flush()
  await vi.waitFor(async () => expect(await sources()).toMatchObject([{ property: 'Points', by: 'event' }]), {
    timeout: 20_000,
  })
  await syncToRest(given.domain)
  expect(given.points()).toBe(250)
})

test('an app in a namespace that nobody knows is not heard of by an event', async () => {
  const given = await givenLoyaltyShop(sandbox, magePoints)
  movedTo(loyaltyApps.mage, 'acme').write(given.shop, given.id(), gold)
  await given.shop.webhooks.flush()
  expect(await given.marks()).toEqual([])
})

test('two thousand changes of tiers of fifty customers are fifty marks, read together', async () => {
  const given = await givenLoyaltyShop(sandbox, fromMetafield('joy.unused'), { customers: 50 })
  for (const _ of tierChanges(given.shop, loyaltyApps.joy, { count: 2_000, bursts: 4 }))
    await given.shop.webhooks.flush()
  await given.shop.webhooks.flush()
  const marks = await given.marks()
  expect(marks).toHaveLength(50)
  expect(marks.reduce((sum, { changes }) => sum + changes, 0)).toBeGreaterThan(1_500)
  const before = given.reads()
  await syncToRest(given.domain)
  expect(given.reads() - before, 'a read of all fifty, and their confirmations').toBeLessThanOrEqual(4)
})

test('an event that is not signed, or signed by another, or of another shop leaves nothing here', async () => {
  const [given, other] = [await givenLoyaltyShop(sandbox, magePoints), await givenLoyaltyShop(sandbox, magePoints)]
  given.shop.webhooks.automatic = false
  const delivery = given.shop.webhooks.sendEvent({ customerId: given.id(), metafield: 'mage.loyalty', how: 'updated' })
  await given.shop.webhooks.flush()
  await rowsIn(sandbox.databaseUrl, 'delete from dirty_customer where shop = $1', [given.domain])
  const signedBy = (secret: string): Delivery => ({
    ...delivery,
    headers: { ...delivery.headers, 'shopify-hmac-sha256': signatureOf(delivery.body, secret) },
  })
  expect(await given.shop.webhooks.deliverOnce(signedBy('another secret'))).toBe(401)
  const { 'shopify-hmac-sha256': _, ...unsigned } = delivery.headers
  expect(await given.shop.webhooks.deliverOnce({ ...delivery, headers: unsigned })).toBe(400)
  expect(await given.shop.webhooks.deliverOnce({ ...delivery, body: `${delivery.body} ` })).toBe(401)
  expect(await given.marks()).toEqual([])
  expect(await other.marks()).toEqual([])
  expect((await topicsOf(other)).filter((topic) => topic.startsWith('metafield'))).toEqual([])
})

test('an event whose list of changes cannot be read marks the customer all the same', async () => {
  const given = await givenLoyaltyShop(sandbox, magePoints)
  given.shop.webhooks.automatic = false
  const delivery = given.shop.webhooks.sendEvent({ customerId: given.id(), metafield: 'mage.loyalty', how: 'updated' })
  await given.shop.webhooks.flush()
  await rowsIn(sandbox.databaseUrl, 'delete from dirty_customer where shop = $1', [given.domain])
  const { config } = await import('#app/config.server.ts')
  for (const changed of [undefined, null, 'x', { added: 5 }, { added: ["customer[id: 'x'].metafield[namespace: '"] }]) {
    const body = JSON.stringify({ ...JSON.parse(delivery.body), fields_changed: changed })
    const headers = { ...delivery.headers, 'shopify-hmac-sha256': signatureOf(body, config.shopify.apiSecret) }
    expect(await given.shop.webhooks.deliverOnce({ ...delivery, body, headers })).toBe(200)
  }
  expect(await given.marks()).toMatchObject([{ changes: 5 }])
})
