import { expect, test } from 'vitest'
import { nextHourly } from '#app/core/flow/hourly-check.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { movedTo } from '#test/sandbox/shopify/loyalty-apps/faults.ts'
import { loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { skipToNight } from '#test/support/night.ts'
import { rowsIn } from '#test/support/rows.ts'
import { type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { setSettings, switchOff } from '#test/support/switch.ts'
import { fromMetafield, givenLoyaltyShop, syncDue } from './given-loyalty-shop.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

const HOUR_MS = 60 * 60_000
const acme = movedTo(loyaltyApps.mage, 'acme')
const acmePoints = fromMetafield('acme.loyalty', 'points_balance')

/** How many pages Shopify has given. */
const pages = () => sandbox.shopify.log.of('ChangedCustomers').filter(({ throttled }) => !throttled).length
const rowOf = async ({ domain }: InstalledShop) =>
  (await rowsIn(sandbox.databaseUrl, 'select * from shop where domain = $1', [domain]))[0]!

const marksOf = async ({ domain }: InstalledShop) =>
  (await rowsIn(sandbox.databaseUrl, 'select 1 from dirty_customer where shop = $1', [domain])).length

async function skipToHour(given: InstalledShop): Promise<void> {
  await syncDue(given)
  skip((await rowOf(given)).next_hourly_at.getTime() - Date.now() + 1)
}

/** An app writes points, and Shopify counts that as a change of the customer, of which no webhook tells. */
function writeTouching(shop: Shop, id: string, points: number): void {
  acme.writeSilently(shop, id, { points, tier: null })
  const updatedAt = `${new Date().toISOString().slice(0, 19)}Z`
  shop.customers.replaceSilently(id, () => ({ updatedAt }))
}

test('the minute is a shop’s own, an hour apart, and spread over shops', () => {
  const now = new Date('2026-11-27T10:00:00Z')
  const of = (n: number) => nextHourly(`shop-${n}.myshopify.com` as ShopDomain, now)
  const minutes = new Set(Array.from({ length: 200 }, (_, n) => of(n).getUTCMinutes()))
  expect(minutes.size).toBeGreaterThan(45)
  for (let n = 0; n < 50; n++) {
    const first = of(n)
    expect(first.getTime() - now.getTime()).toBeGreaterThan(0)
    expect(first.getTime() - now.getTime()).toBeLessThanOrEqual(HOUR_MS)
    expect(nextHourly(`shop-${n}.myshopify.com` as ShopDomain, first).getTime() - first.getTime()).toBe(HOUR_MS)
  }
})

test('a change in an unknown namespace is found within the hour, and only the customers that changed are read', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints, { customers: 5 })
  await setSettings(given, { hourlyCheck: true })
  await skipToHour(given)
  await syncDue(given)
  await skipToHour(given)
  const before = { reads: given.reads(), pages: pages() }

  writeTouching(given.shop, given.id(2), 70)
  await syncDue(given)
  expect(given.points(2)).toBe(70)
  expect(pages() - before.pages).toBe(1)
  expect(await given.marks()).toMatchObject([{ customer_id: given.id(2) }])
  expect((await rowOf(given)).hourly_done_at).not.toBeNull()
  skip(10_000)
  await syncDue(given)
  await expectLaw(sandbox, given)

  await skipToHour(given)
  const reads = given.reads()
  await syncDue(given)
  expect(given.reads(), 'what was read since is not read again').toBe(reads)
})

test('it is off unless chosen, and then nobody hears of an unknown namespace before the night', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints, { nightly: true })
  const before = pages()
  acme.write(given.shop, given.id(), { points: 30, tier: null })
  await given.shop.webhooks.flush()
  expect(await given.marks()).toEqual([])
  skip(HOUR_MS)
  await syncDue(given)
  expect(pages()).toBe(before)
  expect(given.points()).toBeUndefined()

  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(given.points()).toBe(30)
})

test('it runs at most once an hour, and not while the integration is off or nothing is connected', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints)
  await setSettings(given, { hourlyCheck: true })
  await skipToHour(given)
  const before = pages()
  await syncDue(given)
  await syncDue(given)
  expect(pages() - before).toBe(1)
  skip(5 * HOUR_MS)
  await syncDue(given)
  expect(pages() - before, 'hours that were missed are not made up for').toBe(2)

  await switchOff(given)
  skip(2 * HOUR_MS)
  await syncDue(given)
  expect(pages() - before).toBe(2)

  const other = await givenLoyaltyShop(sandbox, acmePoints)
  await setSettings(other, { hourlyCheck: true })
  await syncDue(other)
  await disconnectKlaviyo(other.domain, clock())
  skip(2 * HOUR_MS)
  await syncDue(other)
  expect(pages() - before).toBe(2)
})

test('it pages through many changes, pauses while points are low, and continues where it was', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints, { customers: 1_100, restoreRate: 100 })
  await setSettings(given, { hourlyCheck: true })
  await skipToHour(given)
  await syncDue(given)
  await skipToHour(given)
  for (let i = 0; i < 1_100; i++) writeTouching(given.shop, given.id(i), i)

  given.shop.points.drain()
  given.shop.points.giveBack(500)
  const before = pages()
  await syncDue(given)
  const paused = await rowOf(given)
  expect(pages() - before).toBeLessThan(5)
  expect(paused.hourly_cursor).not.toBeNull()
  expect(paused.next_hourly_at.getTime()).toBeGreaterThan(Date.now())

  for (let i = 0; i < 20 && (await rowOf(given)).hourly_cursor !== null; i++) {
    skip(60_000)
    await syncDue(given)
  }
  expect(pages() - before, 'each page once').toBe(5)
  for (let i = 0; i < 20 && (await marksOf(given)) > 0; i++) {
    skip(60_000)
    await syncDue(given)
  }
  for (const i of [0, 500, 1_099]) expect(given.points(i)).toBe(i)
})

test('Shopify being away puts it off for a minute, and a faulty record hides no other', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints, { customers: 3 })
  await setSettings(given, { hourlyCheck: true })
  await skipToHour(given)
  await syncDue(given)
  await skipToHour(given)
  writeTouching(given.shop, given.id(1), 5)
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, times: 1, operation: 'ChangedCustomers' })
  await syncDue(given)
  expect(given.points(1)).toBeUndefined()
  skip(61_000)
  await syncDue(given)
  expect(given.points(1)).toBe(5)
})
