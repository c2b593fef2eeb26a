import { expect, test, vi } from 'vitest'
import { catchUpMarks } from '#app/core/flow/read-lane.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { setSettings } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const MINUTE_MS = 60_000
const DELAY_MS = 10 * MINUTE_MS
const some = (shop: Shop) =>
  shop.customers.createMany(5, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' }))

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())
const upsertsSince = ({ accountId }: InstalledShop) => {
  const calls = callsSince(sandbox, accountId)
  return () => calls('create_or_update_profile').length
}
/** Changes one customer of the shop and reports the change. */
const change = async ({ domain, shop }: InstalledShop, index: number, firstName: string) =>
  tell(domain, shop.customers.update(shop.customers.ascending()[index]!.id, { firstName }))

/** Works on the shop for a while as a worker does, whenever there is something to do. */
async function syncFor(given: InstalledShop, ms: number): Promise<void> {
  const until = Date.now() + ms
  while (Date.now() < until) {
    const next = await syncOneTurn(given)
    skip(Math.min(next?.getTime() ?? until, until) - Date.now())
  }
}

/** A shop with a delay, in which the first change was sent at once: the next ones wait. */
async function givenWaiting(): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, some)
  await setSettings(given, { syncDelayMs: DELAY_MS })
  await change(given, 0, 'First')
  await syncOneTurn(given)
  return given
}

test('the first change after a long pause is sent at once', async () => {
  const given = await givenConnectedShop(sandbox, some)
  await setSettings(given, { syncDelayMs: DELAY_MS })
  for (let i = 0; i < 3; i++) {
    const upserts = upsertsSince(given)
    await change(given, 0, `Pause ${i}`)
    await syncOneTurn(given)
    expect(upserts()).toBe(1)
    await syncFor(given, DELAY_MS + MINUTE_MS)
    skip(60 * MINUTE_MS)
  }
})

test('changes within the delay wait for its end, and each customer is sent once, with its values at that time', async () => {
  const given = await givenWaiting()
  const drainedBy = Date.now()
  const upserts = upsertsSince(given)
  for (let round = 0; round < 4; round++) {
    for (const index of [1, 2]) await change(given, index, `Round ${round}`)
    await syncFor(given, 2 * MINUTE_MS)
  }
  expect(upserts()).toBe(0)
  const card = await cardOf(given)
  expect(card).toMatchObject({ pending: 2, delayedUntil: expect.any(String) })
  const endsAt = Date.parse(card.delayedUntil!)
  expect(endsAt).toBeLessThanOrEqual(drainedBy + DELAY_MS)
  expect(endsAt).toBeGreaterThan(drainedBy + DELAY_MS - 5_000)

  await syncFor(given, endsAt - Date.now() - 1_000)
  expect(upserts(), 'a moment before').toBe(0)
  await syncFor(given, 2_000)
  expect(upserts()).toBe(2)
  expect(await cardOf(given)).toMatchObject({ pending: 0, delayedUntil: null })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 5 })
})

test('the next drain starts no sooner than the delay after the end of the last, change by change', async () => {
  const given = await givenWaiting()
  let lastAt = Date.now()
  for (let round = 0; round < 3; round++) {
    const upserts = upsertsSince(given)
    await change(given, 1, `Round ${round}`)
    while (upserts() === 0) await syncFor(given, 5_000)
    expect(Date.now() - lastAt).toBeGreaterThanOrEqual(DELAY_MS - 5_000)
    lastAt = Date.now()
  }
})

/** A change of the first customer is being sent; meanwhile another change comes. Both are sent, the second after the delay. */
async function changeWhileSending(second: { customer: number; name: string }): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, some)
  await setSettings(given, { syncDelayMs: DELAY_MS })
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: ['create_or_update_profile'] })
  const upserts = upsertsSince(given)
  await change(given, 0, 'First')
  const turn = syncOneTurn(given)
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  await change(given, second.customer, second.name)
  await turn
  sandbox.klaviyo.faults.clear()
  await syncFor(given, DELAY_MS - 2 * MINUTE_MS)
  expect(upserts(), 'the first change alone').toBe(1)
  await syncFor(given, 3 * MINUTE_MS)
  expect(upserts()).toBe(2)
  return given
}

test('a change that comes during a drain waits from the end of the drain', async () => {
  await changeWhileSending({ customer: 1, name: 'Meanwhile' })
})

test('a customer that changes again while it is being sent waits from the end of the drain', async () => {
  const given = await changeWhileSending({ customer: 0, name: 'Again' })
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a full sync does not wait', async () => {
  const given = await givenWaiting()
  skip(61 * MINUTE_MS)
  await change(given, 0, 'Sent')
  await syncOneTurn(given)
  const { shop } = given
  shop.customers.update(shop.customers.ascending()[3]!.id, { firstName: 'Untold' })
  const startedAt = Date.now()
  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({
    kind: 'started',
  })
  await syncFor(given, 2 * MINUTE_MS)
  expect(await cardOf(given)).toMatchObject({ run: null })
  expect(Date.now() - startedAt).toBeLessThan(DELAY_MS)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test.each([
  ['switched off', 0],
  ['shortened to less than has passed', MINUTE_MS],
])('what waits goes at once when the delay is %s', async (_what, syncDelayMs) => {
  const given = await givenWaiting()
  await change(given, 1, 'Waiting')
  const upserts = upsertsSince(given)
  await syncFor(given, 2 * MINUTE_MS)
  expect(upserts()).toBe(0)
  await setSettings(given, { syncDelayMs })
  expect(await cardOf(given)).toMatchObject({ pending: 1, delayedUntil: null })
  await syncOneTurn(given)
  expect(upserts()).toBe(1)
})

test('waiting changes go on waiting when the delay is lengthened', async () => {
  const given = await givenWaiting()
  await change(given, 1, 'Waiting')
  const upserts = upsertsSince(given)
  const before = Date.parse((await cardOf(given)).delayedUntil!)
  await setSettings(given, { syncDelayMs: 3 * DELAY_MS })
  expect(Date.parse((await cardOf(given)).delayedUntil!)).toBe(before + 2 * DELAY_MS)
  await syncFor(given, 2 * DELAY_MS)
  expect(upserts()).toBe(0)
  await syncFor(given, DELAY_MS)
  expect(upserts()).toBe(1)
})

test('a failed attempt is repeated after its own backoff, and a new delay does not change it', async () => {
  const given = await givenWaiting()
  skip(DELAY_MS)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, times: 2, operations: ['create_or_update_profile'] })
  const upserts = upsertsSince(given)
  await change(given, 1, 'Failing')
  await syncOneTurn(given)
  expect(upserts(), 'the change, and a question whether Klaviyo answers at all').toBe(2)
  await setSettings(given, { syncDelayMs: 3 * DELAY_MS })
  await syncFor(given, 30_000)
  expect(upserts()).toBe(3)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('the confirming read comes at its own time, and nothing waits for the delay meanwhile', async () => {
  const given = await givenWaiting()
  const reads = sandbox.shopify.log.of('CustomersByIds').length
  expect(await cardOf(given)).toMatchObject({ pending: 0, delayedUntil: null })
  await syncFor(given, 15_000)
  expect(sandbox.shopify.log.of('CustomersByIds').length).toBe(reads + 1)
  const upserts = upsertsSince(given)
  await change(given, 1, 'Next')
  await syncFor(given, DELAY_MS - MINUTE_MS)
  expect(upserts()).toBe(0)
  await syncFor(given, MINUTE_MS)
  expect(upserts(), 'the read that made sure is no drain to wait after').toBe(1)
})

test('a failed attempt is not shown as waiting for the delay', async () => {
  const given = await givenWaiting()
  skip(DELAY_MS)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, times: 1, operations: ['create_or_update_profile'] })
  await change(given, 1, 'Failing')
  await syncOneTurn(given)
  expect(await cardOf(given)).toMatchObject({ pending: 1, delayedUntil: null })
})

test('profiles that an import refused are sent alone at their own time, although the delay is lengthened meanwhile', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' })),
  )
  await setSettings(given, { syncDelayMs: DELAY_MS })
  sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: ['c0@example.com', 'c1@example.com'], times: 1 })
  const changed = given.shop.customers
    .ascending()
    .map(({ id }) => given.shop.customers.update(id, { firstName: 'New' }))
  await tell(given.domain, ...changed)
  await syncOneTurn(given)
  await setSettings(given, { syncDelayMs: 3 * DELAY_MS })
  const upserts = upsertsSince(given)
  await syncFor(given, MINUTE_MS)
  expect(upserts()).toBe(2)
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('a storm of changes within the delay is read in one file at its end', async () => {
  const count = catchUpMarks(2) + 50
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(count, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' })),
  )
  await setSettings(given, { syncDelayMs: DELAY_MS })
  await change(given, 0, 'First')
  await syncOneTurn(given)
  skip(MINUTE_MS)
  const changed = given.shop.customers
    .ascending()
    .map(({ id }) => given.shop.customers.update(id, { firstName: 'New' }))
  await tell(given.domain, ...changed)
  await syncFor(given, DELAY_MS - 2 * MINUTE_MS)
  expect(await cardOf(given)).toMatchObject({ pending: count, run: null, delayedUntil: expect.any(String) })
  const files = given.shop.bulk.all().length
  await syncToRest(given.domain)
  expect(given.shop.bulk.all().length - files).toBe(1)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: count })
})
