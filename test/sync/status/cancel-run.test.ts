import { expect, test, vi } from 'vitest'
import { catchUpMarks } from '#app/core/flow/read-lane.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { countingClock, eventfulClock, syncToRestBy } from '#test/support/looks.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const MANY = 60
const HOUR_MS = 60 * 60_000
const many = (shop: Shop) =>
  shop.customers.createMany(MANY, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' }))
/** So large that Lockstep reads the file in several chunks. */
const large = (shop: Shop) =>
  shop.customers.createMany(900, (i) => ({
    email: `c${i}@example.com`,
    tags: Array.from({ length: 40 }, (_, n) => `${n}`.padEnd(240, 'x')),
  }))

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const runOf = async ({ domain }: InstalledShop) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at desc limit 1', [
      domain,
    ])
  )[0]
const cancel = async (given: InstalledShop) =>
  cancelRun(given.domain, { run: (await runOf(given)).id, by: 'Ben', now: clock() })
const inKlaviyo = ({ accountId }: InstalledShop) => sandbox.klaviyo.account(accountId).size

async function givenQueuedRun(customers = many): Promise<InstalledShop> {
  const given = await givenInstalledShop(sandbox)
  customers(given.shop)
  expect(await connectKlaviyo(given.domain, given.key, clock())).toMatchObject({ kind: 'connected' })
  return given
}

async function syncToFile(given: InstalledShop): Promise<void> {
  await syncOneTurn(given)
  await given.shop.bulk.finished(given.shop.bulk.all().at(-1)!.id)
  skip(1_000)
}

/** What was delivered stays and is counted; nothing more is sent; a run that is started afterwards completes it. */
async function expectEnded(given: InstalledShop): Promise<void> {
  const cancelled = await runOf(given)
  expect(cancelled).toMatchObject({
    state: 'cancelled',
    failure: 'cancelled_by_hand',
    ended_by: 'Ben',
    finished_at: expect.any(Date),
  })
  expect(cancelled.pushed).toBe(inKlaviyo(given))
  expect(cancelled.read).toBe(cancelled.pushed)
  expect(await syncOneTurn(given)).toBeNull()
  skip(HOUR_MS)
  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({
    kind: 'started',
  })
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', unchanged: cancelled.pushed })
  await expectLaw(sandbox, given)
}

test('a run that is queued is cancelled, and Shopify is not asked for anything', async () => {
  const given = await givenQueuedRun()
  expect(await cancel(given)).toEqual({ kind: 'cancelled' })
  await syncToRest(given.domain)
  expect(given.shop.bulk.all()).toEqual([])
  await expectEnded(given)
})

test('a run whose file Shopify has written is cancelled before any customer is read', async () => {
  const given = await givenQueuedRun()
  await syncToFile(given)
  expect(await cancel(given)).toEqual({ kind: 'cancelled' })
  await syncToRest(given.domain)
  expect(inKlaviyo(given)).toBe(0)
  await expectEnded(given)
})

test('a run is cancelled in the middle of a chunk: the chunk is finished and counted, the next is not started', async () => {
  const given = await givenQueuedRun(large)
  await syncToFile(given)
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: ['bulk_import_profiles'] })
  const turn = syncOneTurn(given)
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  expect(await cancel(given)).toEqual({ kind: 'cancelled' })
  await turn
  sandbox.klaviyo.faults.clear()
  await syncToRest(given.domain)
  expect(inKlaviyo(given)).toBeGreaterThan(0)
  expect(inKlaviyo(given)).toBeLessThan(900)
  await expectEnded(given)
})

test('a run is cancelled while its last import is under way: the import is settled', async () => {
  const given = await givenQueuedRun()
  await syncToFile(given)
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  expect(await runOf(given)).toMatchObject({ state: 'delivering' })
  expect(await cancel(given)).toEqual({ kind: 'cancelled' })
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)
  expect(inKlaviyo(given)).toBe(MANY)
  await expectEnded(given)
})

test('a paused run is cancelled: there is nothing to resume any more', async () => {
  const given = await givenQueuedRun()
  await syncToFile(given)
  await switchOff(given)
  expect(await cancel(given)).toEqual({ kind: 'cancelled' })
  expect(await switchOn(given, 'resume')).toEqual({ kind: 'nothing_paused' })
  expect(await runOf(given)).toMatchObject({ state: 'cancelled', ended_by: 'Ben' })
  await switchOn(given, 'past_and_future')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test('whenever a run is cancelled, its counts match what Klaviyo has, and the next run completes it', {
  timeout: 300_000,
}, async () => {
  const counting = countingClock()
  await syncToRestBy(await givenQueuedRun(), counting.clock)
  for (let look = 1; look <= counting.looks(); look += 2) {
    const given = await givenQueuedRun()
    const pressed = eventfulClock(look, () => cancel(given))
    await syncToRestBy(given, pressed.clock)
    await pressed.done()
    await syncToRest(given.domain)
    if ((await runOf(given)).state === 'finished') continue
    const run = await runOf(given)
    expect(run.pushed, `at look ${look}`).toBe(inKlaviyo(given))
    expect(run.read, `at look ${look}`).toBe(run.pushed)
    await expectEnded(given)
  }
})

test.each(['another shop’s', 'an unknown', 'a malformed'])('%s run is over, and nothing happens', async (whose) => {
  const [given, other] = [await givenQueuedRun(), await givenQueuedRun()]
  const run = {
    'another shop’s': (await runOf(other)).id,
    'an unknown': crypto.randomUUID(),
    'a malformed': "' or 1=1 --",
  }[whose]!
  expect(await cancelRun(given.domain, { run, by: 'Ben', now: clock() })).toEqual({ kind: 'over' })
  expect(await runOf(given)).toMatchObject({ state: 'queued' })
  expect(await runOf(other)).toMatchObject({ state: 'queued' })
})

test('of many that cancel a run at once one succeeds; a run that has ended keeps its outcome', async () => {
  const given = await givenQueuedRun()
  const { id } = await runOf(given)
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, i) => cancelRun(given.domain, { run: id, by: `Member ${i}`, now: clock() })),
  )
  expect(outcomes.filter(({ kind }) => kind === 'cancelled')).toHaveLength(1)
  const ended = await runOf(given)
  skip(1_000)
  expect(await cancel(given)).toEqual({ kind: 'over' })
  expect(await runOf(given)).toEqual(ended)
})

test('a catch-up is not cancelled, because it carries the changes themselves', async () => {
  const count = catchUpMarks(2) + 20
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(count, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' })),
  )
  skip(24 * HOUR_MS)
  const changed = given.shop.customers
    .ascending()
    .map(({ id }) => given.shop.customers.update(id, { firstName: 'New' }))
  await tell(given.domain, ...changed)
  skip(60_000)
  await syncOneTurn(given)
  expect(await runOf(given)).toMatchObject({ kind: 'catch_up', state: 'reading' })
  expect(await cancel(given)).toEqual({ kind: 'not_cancellable' })
  expect(await switchOff(given)).toMatchObject({ kind: expect.stringContaining('turn') })
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ kind: 'catch_up', state: 'paused' })
  await switchOn(given, 'resume')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: count })
})
