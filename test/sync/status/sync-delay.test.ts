import { expect, test, vi } from 'vitest'
import { catchUpMarks } from '#app/core/flow/read-lane.ts'
import { conductShop } from '#app/sync/conduct/conduct-shop.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { conductToRest, givenConnectedShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { setSettings } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const MINUTE_MS = 60_000
const DELAY_MS = 10 * MINUTE_MS
const some = (shop: Shop) =>
  shop.customers.createMany(5, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' }))

const conductOnce = ({ domain }: InstalledShop) => conductShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())
const upsertsSince = ({ accountId }: InstalledShop) => {
  const calls = callsSince(sandbox, accountId)
  return () => calls('create_or_update_profile').length
}
/** Changes one customer of the shop and tells Lockstep. */
const change = async ({ domain, shop }: InstalledShop, index: number, firstName: string) =>
  tell(domain, shop.customers.update(shop.customers.ascending()[index]!.id, { firstName }))

/** Conducts for a while as a worker does, which comes whenever there is something to do. */
async function conductFor(given: InstalledShop, ms: number): Promise<void> {
  const until = Date.now() + ms
  while (Date.now() < until) {
    const next = await conductOnce(given)
    skip(Math.min(next?.getTime() ?? until, until) - Date.now())
  }
}

/** A shop with a delay, in which the first change was sent at once: what comes now waits. */
async function givenWaiting(): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, some)
  await setSettings(given, { syncDelayMs: DELAY_MS })
  await change(given, 0, 'First')
  await conductOnce(given)
  return given
}

test('the first change after a long pause goes at once', async () => {
  const given = await givenConnectedShop(sandbox, some)
  await setSettings(given, { syncDelayMs: DELAY_MS })
  for (let i = 0; i < 3; i++) {
    const upserts = upsertsSince(given)
    await change(given, 0, `Pause ${i}`)
    await conductOnce(given)
    expect(upserts()).toBe(1)
    await conductFor(given, DELAY_MS + MINUTE_MS)
    skip(60 * MINUTE_MS)
  }
})

test('changes within the delay wait for its end, and each customer is sent once, as they are then', async () => {
  const given = await givenWaiting()
  const drainedBy = Date.now()
  const upserts = upsertsSince(given)
  for (let round = 0; round < 4; round++) {
    for (const index of [1, 2]) await change(given, index, `Round ${round}`)
    await conductFor(given, 2 * MINUTE_MS)
  }
  expect(upserts()).toBe(0)
  const card = await cardOf(given)
  expect(card).toMatchObject({ pending: 2, delayedUntil: expect.any(String) })
  const endsAt = Date.parse(card.delayedUntil!)
  expect(endsAt).toBeLessThanOrEqual(drainedBy + DELAY_MS)
  expect(endsAt).toBeGreaterThan(drainedBy + DELAY_MS - 5_000)

  await conductFor(given, endsAt - Date.now() - 1_000)
  expect(upserts(), 'a moment before').toBe(0)
  await conductFor(given, 2_000)
  expect(upserts()).toBe(2)
  expect(await cardOf(given)).toMatchObject({ pending: 0, delayedUntil: null })
  await conductToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 5 })
})

test('the next drain begins no sooner than the delay after the end of the last, change by change', async () => {
  const given = await givenWaiting()
  let lastAt = Date.now()
  for (let round = 0; round < 3; round++) {
    const upserts = upsertsSince(given)
    await change(given, 1, `Round ${round}`)
    while (upserts() === 0) await conductFor(given, 5_000)
    expect(Date.now() - lastAt).toBeGreaterThanOrEqual(DELAY_MS - 5_000)
    lastAt = Date.now()
  }
})

test('a change that comes while a drain is at work waits from the drain’s end', async () => {
  const given = await givenConnectedShop(sandbox, some)
  await setSettings(given, { syncDelayMs: DELAY_MS })
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: ['create_or_update_profile'] })
  const upserts = upsertsSince(given)
  await change(given, 0, 'First')
  const conducted = conductOnce(given)
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  await change(given, 1, 'Meanwhile')
  await conducted
  sandbox.klaviyo.faults.clear()
  await conductFor(given, DELAY_MS - 2 * MINUTE_MS)
  expect(upserts(), 'the first change alone').toBe(1)
  await conductFor(given, 3 * MINUTE_MS)
  expect(upserts()).toBe(2)
})

test('a customer who changes again while they are being sent waits from the drain’s end', async () => {
  const given = await givenConnectedShop(sandbox, some)
  await setSettings(given, { syncDelayMs: DELAY_MS })
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: ['create_or_update_profile'] })
  const upserts = upsertsSince(given)
  await change(given, 0, 'First')
  const conducted = conductOnce(given)
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  await change(given, 0, 'Again')
  await conducted
  sandbox.klaviyo.faults.clear()
  await conductFor(given, DELAY_MS - 2 * MINUTE_MS)
  expect(upserts(), 'the first change alone').toBe(1)
  await conductFor(given, 3 * MINUTE_MS)
  expect(upserts()).toBe(2)
  await conductToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a full sync does not wait', async () => {
  const given = await givenWaiting()
  skip(61 * MINUTE_MS)
  await change(given, 0, 'Sent')
  await conductOnce(given)
  const { shop } = given
  shop.customers.update(shop.customers.ascending()[3]!.id, { firstName: 'Untold' })
  const startedAt = Date.now()
  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({
    kind: 'started',
  })
  await conductFor(given, 2 * MINUTE_MS)
  expect(await cardOf(given)).toMatchObject({ run: null })
  expect(Date.now() - startedAt).toBeLessThan(DELAY_MS)
  await conductToRest(given.domain)
  await expectLaw(sandbox, given)
})

test.each([
  ['switched off', 0],
  ['shortened to less than has passed', MINUTE_MS],
])('what waits goes at once when the delay is %s', async (_what, syncDelayMs) => {
  const given = await givenWaiting()
  await change(given, 1, 'Waiting')
  const upserts = upsertsSince(given)
  await conductFor(given, 2 * MINUTE_MS)
  expect(upserts()).toBe(0)
  await setSettings(given, { syncDelayMs })
  expect(await cardOf(given)).toMatchObject({ pending: 1, delayedUntil: null })
  await conductOnce(given)
  expect(upserts()).toBe(1)
})

test('what waits goes on waiting when the delay is lengthened', async () => {
  const given = await givenWaiting()
  await change(given, 1, 'Waiting')
  const upserts = upsertsSince(given)
  const before = Date.parse((await cardOf(given)).delayedUntil!)
  await setSettings(given, { syncDelayMs: 3 * DELAY_MS })
  expect(Date.parse((await cardOf(given)).delayedUntil!)).toBe(before + 2 * DELAY_MS)
  await conductFor(given, 2 * DELAY_MS)
  expect(upserts()).toBe(0)
  await conductFor(given, DELAY_MS)
  expect(upserts()).toBe(1)
})

test('a try that failed is repeated in its own time, and a new delay does not touch it', async () => {
  const given = await givenWaiting()
  skip(DELAY_MS)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, times: 2, operations: ['create_or_update_profile'] })
  const upserts = upsertsSince(given)
  await change(given, 1, 'Failing')
  await conductOnce(given)
  expect(upserts(), 'the change, and a question whether Klaviyo answers at all').toBe(2)
  await setSettings(given, { syncDelayMs: 3 * DELAY_MS })
  await conductFor(given, 30_000)
  expect(upserts()).toBe(3)
  await conductToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('the read that makes sure comes in its own time, and nothing waits for the delay meanwhile', async () => {
  const given = await givenWaiting()
  const reads = sandbox.shopify.log.of('CustomersByIds').length
  expect(await cardOf(given)).toMatchObject({ pending: 0, delayedUntil: null })
  await conductFor(given, 15_000)
  expect(sandbox.shopify.log.of('CustomersByIds').length).toBe(reads + 1)
  const upserts = upsertsSince(given)
  await change(given, 1, 'Next')
  await conductFor(given, DELAY_MS - MINUTE_MS)
  expect(upserts()).toBe(0)
  await conductFor(given, MINUTE_MS)
  expect(upserts(), 'the read that made sure is no drain to wait after').toBe(1)
})

test('a try that failed is not shown as waiting for the delay', async () => {
  const given = await givenWaiting()
  skip(DELAY_MS)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, times: 1, operations: ['create_or_update_profile'] })
  await change(given, 1, 'Failing')
  await conductOnce(given)
  expect(await cardOf(given)).toMatchObject({ pending: 1, delayedUntil: null })
})

test('profiles that an import refused are sent alone in their own time, though the delay is lengthened meanwhile', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' })),
  )
  await setSettings(given, { syncDelayMs: DELAY_MS })
  sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: ['c0@example.com', 'c1@example.com'], times: 1 })
  const changed = given.shop.customers
    .ascending()
    .map(({ id }) => given.shop.customers.update(id, { firstName: 'New' }))
  await tell(given.domain, ...changed)
  await conductOnce(given)
  skip(1_000)
  await conductOnce(given)
  await setSettings(given, { syncDelayMs: 3 * DELAY_MS })
  const upserts = upsertsSince(given)
  await conductFor(given, MINUTE_MS)
  expect(upserts()).toBe(2)
  await conductToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('a storm that gathers within the delay is read in one file at its end', async () => {
  const count = catchUpMarks(2) + 50
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(count, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' })),
  )
  await setSettings(given, { syncDelayMs: DELAY_MS })
  await change(given, 0, 'First')
  await conductOnce(given)
  skip(MINUTE_MS)
  const changed = given.shop.customers
    .ascending()
    .map(({ id }) => given.shop.customers.update(id, { firstName: 'New' }))
  await tell(given.domain, ...changed)
  await conductFor(given, DELAY_MS - 2 * MINUTE_MS)
  expect(await cardOf(given)).toMatchObject({ pending: count, run: null, delayedUntil: expect.any(String) })
  const files = given.shop.bulk.all().length
  await conductToRest(given.domain)
  expect(given.shop.bulk.all().length - files).toBe(1)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: count })
})
