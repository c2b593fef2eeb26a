import { expect, test } from 'vitest'
import { nightlyMinute } from '#app/core/flow/nightly.ts'
import { catchUpMarks } from '#app/core/flow/read-lane.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { nextNightOf, skipToNight } from '#test/support/night.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { setSettings, switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const MANY = 20
const A_WHILE_MS = 60_000
const HOUR_MS = 60 * A_WHILE_MS
const DAY_MS = 24 * HOUR_MS
const many =
  (count = MANY) =>
  (shop: Shop) =>
    shop.customers.createMany(count, (i) => ({
      email: `c${i}@example.com`,
      firstName: 'Old',
      points: 1,
      updatedAt: '2026-01-01T00:00:00Z',
    }))
const NIGHTLY = { nightly: true } as const

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())
const comparisonsOf = ({ domain }: InstalledShop) =>
  rowsIn(
    sandbox.databaseUrl,
    `select * from sync_run where shop = $1 and kind = 'reconcile' order by requested_at desc`,
    [domain],
  )
const startRun = ({ domain }: InstalledShop) => startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })
const pushesSince = ({ accountId }: InstalledShop) => {
  const calls = callsSince(sandbox, accountId)
  return () =>
    [...calls('create_or_update_profile'), ...calls('bulk_import_profiles')].reduce(
      (sum, call) => sum + call.profiles,
      0,
    )
}

function minuteShown(at: Date, timeZone: string): number {
  const [hour, minute] = at
    .toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
    .split(':')
    .map(Number)
  return hour! * 60 + minute!
}

test.each(['Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata'])(
  'customers are compared once a night, at the shop’s own minute in its time zone (%s)',
  async (timeZone) => {
    const given = await givenConnectedShop(sandbox, many(), { ...NIGHTLY, timeZone })
    expect(await comparisonsOf(given), 'not by day').toEqual([])
    for (let night = 1; night <= 3; night++) {
      const at = await skipToNight(sandbox, given)
      // An hour later in the night in which clocks are set forward past that minute.
      expect([0, 60]).toContain(minuteShown(at, timeZone) - nightlyMinute(given.domain))
      await syncToRest(given.domain)
      expect(await comparisonsOf(given)).toHaveLength(night)
      skip(A_WHILE_MS)
      await syncToRest(given.domain)
      expect(await comparisonsOf(given), 'once').toHaveLength(night)
      const next = (await nextNightOf(sandbox, given))!.getTime() - at.getTime()
      expect(Math.abs(next - DAY_MS)).toBeLessThanOrEqual(HOUR_MS)
    }
    expect(await comparisonsOf(given)).toMatchObject(
      Array(3).fill({
        state: 'finished',
        trigger: 'nightly',
        started_by: null,
        read: MANY,
        pushed: 0,
        unchanged: MANY,
      }),
    )
  },
)

test('a worker that starts after several nights makes up for one of them', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  skip(5 * DAY_MS)
  for (let i = 0; i < 3; i++) {
    await syncToRest(given.domain)
    skip(A_WHILE_MS)
  }
  expect(await comparisonsOf(given)).toHaveLength(1)
  expect((await nextNightOf(sandbox, given))!.getTime()).toBeGreaterThan(Date.now())
})

test('many workers at night start one comparison', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  await skipToNight(sandbox, given)
  await Promise.all(Array.from({ length: 8 }, () => syncOneTurn(given)))
  await syncToRest(given.domain)
  expect(await comparisonsOf(given)).toHaveLength(1)
})

test('a lost webhook and points that were not reported are sent at night, and counted', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  given.shop.customers.update(idOf(given, 3), { firstName: 'New' })
  given.shop.customers.setLoyalty(idOf(given, 4), { points: 500 })
  given.shop.customers.create({ email: 'ada@example.com' })
  given.shop.customers.remove(idOf(given, 5))
  const pushes = pushesSince(given)
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)

  expect(pushes()).toBe(3)
  expect(await comparisonsOf(given)).toMatchObject([{ read: MANY, pushed: 3, unchanged: MANY - 3 }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: MANY, synced: MANY })
})

test('the nightly comparison does not change the full sync’s time, its hour, or its message that it failed', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  skip(2 * HOUR_MS)
  await startRun(given)
  // A day without answers, shortened.
  const unanswered = "update sync_run set attempt = 100, waits_for = 'shopify_away' where shop = $1"
  await rowsIn(sandbox.databaseUrl, unanswered, [given.domain])
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'BulkStart' })
  await syncToRest(given.domain)
  sandbox.shopify.faults.clear()
  const before = await cardOf(given)
  expect(before.fullSyncFailedAt).not.toBeNull()
  const stamp = 'select full_sync_started_at from shop where domain = $1'
  const [stamped] = await rowsIn(sandbox.databaseUrl, stamp, [given.domain])

  // The shop's minute may be within the hour after that full sync.
  skip(HOUR_MS)
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)

  expect(await comparisonsOf(given)).toMatchObject([{ state: 'finished' }])
  const { lastFullSyncStartedAt, fullSyncFailedAt } = before
  expect(await cardOf(given)).toMatchObject({ lastFullSyncStartedAt, fullSyncFailedAt, nextFullSyncAt: null })
  expect(await rowsIn(sandbox.databaseUrl, stamp, [given.domain])).toEqual([stamped])
  expect(await startRun(given)).toMatchObject({ kind: 'started' })
})

test('a full sync that is started while customers are compared replaces the comparison', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  skip(2 * HOUR_MS)
  await skipToNight(sandbox, given)
  await syncOneTurn(given)
  expect(await comparisonsOf(given)).toMatchObject([{ state: 'reading' }])
  expect(await startRun(given)).toMatchObject({ kind: 'started' })
  await syncToRest(given.domain)
  expect(await comparisonsOf(given)).toMatchObject([{ state: 'cancelled', failure: 'superseded' }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test('while it is off no customer is compared; the first night after it was turned on is the next', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  await switchOff(given)
  const calls = callsSince(sandbox, given.accountId)
  for (let i = 0; i < 6; i++) {
    skip(DAY_MS / 2)
    expect(await syncOneTurn(given)).toBeNull()
  }
  expect(await comparisonsOf(given)).toEqual([])
  expect(calls()).toEqual([])

  await switchOn(given, 'past_and_future')
  await syncToRest(given.domain)
  expect(await comparisonsOf(given), 'not at once').toEqual([])
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(await comparisonsOf(given)).toHaveLength(1)
})

test('a comparison that is turned off in the middle is paused, and continues when it is resumed', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  given.shop.customers.setLoyalty(idOf(given, 4), { points: 500 })
  await skipToNight(sandbox, given)
  await syncOneTurn(given)
  expect(await switchOff(given)).toEqual({ kind: 'turned_off' })
  expect(await comparisonsOf(given)).toMatchObject([{ state: 'paused' }])
  skip(2 * DAY_MS)
  await switchOn(given, 'resume')
  await syncToRest(given.domain)
  expect((await comparisonsOf(given)).at(-1)).toMatchObject({ state: 'finished', read: MANY, pushed: 1 })
  await expectLaw(sandbox, given)
})

test('a shop that turns the nightly check off is not compared, and is again from the night after it is turned on', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  await setSettings(given, { nightlyReconcile: false })
  for (let i = 0; i < 4; i++) {
    skip(DAY_MS / 2)
    expect(await syncOneTurn(given)).toBeNull()
  }
  expect(await comparisonsOf(given)).toEqual([])
  await setSettings(given, { nightlyReconcile: true })
  await syncToRest(given.domain)
  expect(await comparisonsOf(given)).toEqual([])
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(await comparisonsOf(given)).toHaveLength(1)
})

test('a night during a full sync is skipped', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  skip(2 * HOUR_MS)
  sandbox.shopify.faults.cause({ kind: 'bulk-stalled', shop: given.domain, times: 1 })
  await startRun(given)
  await syncOneTurn(given)
  const night = await skipToNight(sandbox, given)
  for (let i = 0; i < 3; i++) {
    await syncOneTurn(given)
    skip(A_WHILE_MS)
  }
  expect(await comparisonsOf(given)).toEqual([])
  expect((await nextNightOf(sandbox, given))!.getTime()).toBeGreaterThan(night.getTime() + DAY_MS / 2)
  given.shop.bulk.cancel(given.shop.bulk.all().at(-1)!)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('the nightly comparison, which reads all customers, replaces a storm’s catch-up', async () => {
  const count = catchUpMarks(2) + 50
  const given = await givenConnectedShop(sandbox, many(count), NIGHTLY)
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  skip((await nextNightOf(sandbox, given))!.getTime() - Date.now() - A_WHILE_MS)
  const changed = given.shop.customers
    .ascending()
    .map(({ id }) => given.shop.customers.update(id, { firstName: 'New' }))
  await tell(given.domain, ...changed)
  skip(A_WHILE_MS / 2)
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000), sliceMs: 1 })
  const catchUps = `select state, failure from sync_run where shop = $1 and kind = 'catch_up'`
  expect(await rowsIn(sandbox.databaseUrl, catchUps, [given.domain])).toHaveLength(1)
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(await rowsIn(sandbox.databaseUrl, catchUps, [given.domain])).toEqual([
    { state: 'cancelled', failure: 'superseded' },
  ])
  expect(await comparisonsOf(given)).toHaveLength(2)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: count })
})

test('customers kept as they were when it was turned on for the future stay so at night, except one whose points changed without a report', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  await switchOff(given)
  for (let i = 0; i < 10; i++) given.shop.customers.update(idOf(given, i), { firstName: 'Changed while off' })
  skip(A_WHILE_MS)
  await switchOn(given, 'future')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 10, synced: MANY - 10 })
  const pushes = pushesSince(given)
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(pushes()).toBe(0)
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 10, synced: MANY - 10 })

  given.shop.customers.setLoyalty(idOf(given, 4), { points: 500 })
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(pushes()).toBe(1)
  expect(await comparisonsOf(given)).toMatchObject([{ pushed: 1 }, { pushed: 0, excluded: 10 }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 9, synced: MANY - 9 })
})

test('a comparison writes nothing to the rows of customers that did not change, and finds the one that was deleted', async () => {
  const given = await givenConnectedShop(sandbox, many(), NIGHTLY)
  skip(A_WHILE_MS)
  await syncToRest(given.domain)
  given.shop.customers.remove(idOf(given, 3))
  const rows = () =>
    rowsIn(sandbox.databaseUrl, 'select customer_id, xmin from profile where shop = $1 order by customer_id', [
      given.domain,
    ])
  const before = await rows()

  await skipToNight(sandbox, given)
  await syncToRest(given.domain)

  expect(await comparisonsOf(given)).toMatchObject([{ read: MANY - 1, unchanged: MANY - 1 }])
  const after = await rows()
  expect(after.filter(({ xmin }, i) => xmin !== before[i].xmin)).toHaveLength(1)
  expect(await rowsIn(sandbox.databaseUrl, 'select 1 from unchanged_chunk where shop = $1', [given.domain])).toEqual([])
  await expectLaw(sandbox, given)
})
