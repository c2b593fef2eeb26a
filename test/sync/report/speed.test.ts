import { expect, test } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { loadHistory } from '#app/sync/report/load-history.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const MINUTE_MS = 60_000
const speedOf = async ({ domain }: InstalledShop) => (await loadSyncCard(domain, clock())).speedToday
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

const customersOf = ({ shop }: InstalledShop) => [...shop.customers.all()]

async function change(given: InstalledShop, firstName: string, count = 1): Promise<void> {
  const changed = customersOf(given).slice(0, count)
  await tell(given.domain, ...changed.map(({ id }) => given.shop.customers.update(id, { firstName })))
}

const givenShop = (count: number) =>
  givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(count, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' })),
  )

/** Noon of the next day by the shop's clock, so that no test crosses midnight. */
function untilNoonInBerlin(): void {
  const noon = new Date()
  noon.setUTCHours(35, 0, 0, 0)
  skip(noon.getTime() - Date.now())
}

test('a change is timed from when it was heard to when Klaviyo accepted it, a throttle included; tomorrow nothing is said', async () => {
  const given = await givenShop(3)
  untilNoonInBerlin()
  expect(await speedOf(given), 'a first sync is no change').toBeNull()
  await change(given, 'New')
  await syncToRest(given.domain)
  expect(await speedOf(given)).toEqual({ changes: 1, withinMs: expect.toSatisfy((ms: number) => ms <= 5_000) })

  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 25, times: 1 })
  await change(given, 'Newer')
  await syncToRest(given.domain)
  const { changes, withinMs } = (await speedOf(given))!
  expect(changes).toBe(2)
  expect(withinMs).toBeGreaterThanOrEqual(30_000)
  expect(withinMs).toBeLessThanOrEqual(45_000)

  skip(24 * 60 * MINUTE_MS)
  expect(await speedOf(given)).toBeNull()
})

test('what was read and needed no push is not counted, nor what was refused', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 60, seed: 5, refused: true }))
  expect(await speedOf(given), 'what a first sync sends again one by one').toBeNull()
  untilNoonInBerlin()
  const [first] = customersOf(given)
  await tell(given.domain, first!)
  await tell(given.domain, given.shop.customers.create({ email: 'no address' }))
  await syncToRest(given.domain)
  expect(await speedOf(given)).toBeNull()
})

test('changes that an import carries are counted once Klaviyo has carried it out, with the time that took', async () => {
  const given = await givenShop(60)
  untilNoonInBerlin()
  sandbox.klaviyo.faults.add({ kind: 'slowJob', ms: 90_000 })
  await change(given, 'New', 60)
  await syncToRest(given.domain)
  expect(await speedOf(given)).toMatchObject({ changes: 60, withinMs: expect.toSatisfy((ms: number) => ms >= 90_000) })
})

test('a customer to whom an import could not be applied is counted once it is accepted by itself, and not if it is refused', async () => {
  const given = await givenShop(60)
  untilNoonInBerlin()
  sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: ['c3@example.com', 'c4@example.com'] })
  await change(given, 'New', 60)
  await syncToRest(given.domain)
  sandbox.klaviyo.faults.clear()
  expect(await speedOf(given)).toMatchObject({ changes: 60 })
  const [refused, ...others] = customersOf(given)
  given.shop.customers.update(refused!.id, { email: 'importerror@example.com' })
  await tell(given.domain, refused!, ...others.map(({ id }) => given.shop.customers.update(id, { firstName: 'Newer' })))
  await syncToRest(given.domain)
  expect(await speedOf(given)).toMatchObject({ changes: 119 })
})

test('a change that comes while the one before is being sent waits from then on', async () => {
  const given = await givenShop(1)
  untilNoonInBerlin()
  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 50, times: 1 })
  await change(given, 'New')
  await syncToRest(given.domain)
  skip(5 * MINUTE_MS)
  await change(given, 'Newer')
  await syncToRest(given.domain)
  const { dueSince, speedToday } = await loadSyncCard(given.domain, clock())
  expect({ dueSince, changes: speedToday?.changes }).toEqual({ dueSince: null, changes: 2 })
})

test('the chart counts what runs and changes sent, and a customer with an issue once', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(70, (i) => ({ email: `c${i}@example.com` }))
  given.shop.customers.create({ email: 'no address' })
  untilNoonInBerlin()
  await connectKlaviyo(given.domain, given.key, clock())
  await syncToRest(given.domain)
  const numbers = async () => {
    const { hours, days } = await loadHistory(given.domain, clock())
    expect(sum(days.synced)).toBe(sum(hours.synced))
    return { synced: sum(hours.synced), issues: sum(hours.issues), today: days.synced.at(-1) }
  }
  const filled = await numbers()
  expect(filled).toEqual({ synced: filled.synced, issues: 1, today: filled.synced })
  expect(filled.synced).toBeGreaterThanOrEqual(70)
  await change(given, 'New', 2)
  await syncToRest(given.domain)
  expect(await numbers()).toMatchObject({ synced: filled.synced + 2, issues: 1 })
})
