import { expect, test } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox()

/** A shop that was just connected: its first full run is queued, and nothing has been read. */
async function givenQueuedRun(customers: (shop: Shop) => void): Promise<InstalledShop> {
  const installed = await givenInstalledShop(sandbox)
  customers(installed.shop)
  expect(await connectKlaviyo(installed.domain, installed.key, clock())).toMatchObject({ kind: 'connected' })
  return installed
}

const some = (count: number) => (shop: Shop) =>
  shop.customers.createMany(count, (i) => ({
    email: `c${i}@example.com`,
    firstName: 'Old',
    updatedAt: '2026-01-01T00:00:00Z',
  }))

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

/** Works on the shop until Shopify has written the file, before any chunk of it is read. */
async function syncToFile(installed: InstalledShop): Promise<void> {
  await syncOneTurn(installed)
  const operation = installed.shop.bulk.all().at(-1)!
  await installed.shop.bulk.finished(operation.id)
  expect(await runOf(installed)).toMatchObject({ state: 'reading', read: 0 })
}

/** The newest run, of one kind if a kind is given. */
async function runOf({ domain }: InstalledShop, kind: string | null = null) {
  const [run] = await rowsIn(
    sandbox.databaseUrl,
    'select * from sync_run where shop = $1 and kind = coalesce($2, kind) order by requested_at desc limit 1',
    [domain, kind],
  )
  return run
}
const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const operationsOf = ({ shop }: InstalledShop) => shop.bulk.all().length

test('a shop that connects is filled, and the run counts the result for every customer', async () => {
  const given = await givenQueuedRun((shop) => seedCustomers(shop, { count: 300, seed: 7, refused: true }))
  await syncToRest(given.domain)

  const law = await expectLaw(sandbox, given)
  const run = await runOf(given, 'full')
  expect(run).toMatchObject({
    trigger: 'connecting',
    state: 'finished',
    failure: null,
    expected: 300,
    read: 300,
    pushed: law.synced,
    unchanged: 0,
    excluded: law.noEmail,
    issues: law.invalidEmail,
  })
  expect(law.synced + law.noEmail + law.invalidEmail).toBe(300)
  expect(law.invalidEmail).toBeGreaterThan(0)
})

test('a second run over unchanged customers sends nothing, and says so', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 150, seed: 8 }))
  const before = await runOf(given, 'full')
  const calls = callsSince(sandbox, given.accountId)
  skip(61 * 60_000)

  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: 'Ada', now: clock() })).toMatchObject({
    kind: 'started',
  })
  await syncToRest(given.domain)

  expect(calls()).toEqual([])
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 150, pushed: 0, unchanged: before.pushed })
  await expectLaw(sandbox, given)
})

test('a shop without customers is in sync at once', async () => {
  const given = await givenQueuedRun(() => {})
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 0, expected: 0 })
  expect(sandbox.shopify.log.leaks()).toEqual([])
})

test.each([
  ['failed', { kind: 'bulk-failed', errorCode: 'INTERNAL_SERVER_ERROR' }],
  ['failed with part of the customers', { kind: 'bulk-failed', errorCode: 'TIMEOUT', afterRows: 20 }],
  ['was cancelled', { kind: 'bulk-canceled' }],
  ['can no longer be fetched', { kind: 'url-expired' }],
] as const)('an operation that %s is asked for again', async (_what, fault) => {
  const given = await givenQueuedRun(some(60))
  sandbox.shopify.faults.cause({ ...fault, times: 2 })
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 60, pushed: 60 })
  expect(operationsOf(given)).toBe(3)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('an operation whose file expired after a week is started again', async () => {
  const given = await givenQueuedRun(some(60))
  await syncToFile(given)
  skip(8 * 24 * 60 * 60_000)
  expect(given.shop.bulk.all()[0]!.status).toBe('EXPIRED')
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 60 })
  expect(operationsOf(given)).toBe(2)
})

test('a run whose operations keep failing reads page by page after five failures', async () => {
  const given = await givenQueuedRun(some(10))
  sandbox.shopify.faults.cause({ kind: 'bulk-failed', errorCode: 'INTERNAL_SERVER_ERROR' })
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', by_pages: true, read: 10 })
  expect(operationsOf(given)).toBe(5)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 10 })
})

test.each(['lost', 'early', 'double'] as const)(
  'a webhook about the end of the operation that is %s does no harm',
  async (how) => {
    const given = await givenQueuedRun(some(60))
    sandbox.shopify.faults.cause({ kind: 'finish-webhook', how, times: 1 })
    await syncToRest(given.domain)
    expect(await runOf(given)).toMatchObject({ state: 'finished', read: 60 })
    expect(operationsOf(given)).toBe(1)
  },
)

test('in a shop where five operations run already, the run waits', async () => {
  const given = await givenQueuedRun(some(10))
  given.shop.bulk.durationMs = 60_000
  const others = Array.from(
    { length: 5 },
    () => given.shop.bulk.start('{ products { id } }', { count: 0, lines: () => [] })!,
  )
  given.shop.bulk.durationMs = 20
  for (let i = 0; i < 8; i++) {
    await syncOneTurn(given)
    skip(31_000)
  }
  expect(await runOf(given)).toMatchObject({ state: 'queued', attempt: 0 })

  for (const operation of others) given.shop.bulk.cancel(operation)
  await Promise.all(others.map(({ id }) => given.shop.bulk.finished(id)))
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 10 })
})

test('a download that is cut off continues from the checkpoint, and every customer is read once', {
  timeout: 120_000,
}, async () => {
  const given = await givenQueuedRun((shop) =>
    shop.customers.createMany(9_000, (i) => ({
      email: `c${i}@example.com`,
      firstName: `Ñandú ${i}`,
      tags: ['愛'.repeat(120)],
    })),
  )
  const downloads = sandbox.shopify.log.of('download').length
  // In the first chunk, in the second after the first was settled, and once more.
  for (const afterBytes of [1_000_003, 5_300_001, 70_001])
    sandbox.shopify.faults.cause({ kind: 'download-cut', afterBytes, times: 1 })

  await syncToRest(given.domain)

  const served = sandbox.shopify.log.of('download').slice(downloads)
  expect(served.map(({ status }) => status)).toContain(206)
  expect(served.length).toBeGreaterThanOrEqual(4)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 9_000, pushed: 9_000 })
  expect(operationsOf(given)).toBe(1)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 9_000 })
  expect(sandbox.shopify.log.leaks()).toEqual([])
})

test('when Klaviyo accepts no import now, the checkpoint stays and the chunk is repeated', async () => {
  const given = await givenQueuedRun(some(60))
  sandbox.klaviyo.faults.add({
    kind: 'throttle',
    retryAfterSeconds: 30,
    times: 2,
    operations: ['bulk_import_profiles'],
  })
  await syncToFile(given)
  skip(1_000)
  await syncOneTurn(given)
  expect(await runOf(given)).toMatchObject({ state: 'reading', byte_offset: '0', read: 0 })
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 60, pushed: 60 })
  await expectLaw(sandbox, given)
})

test('a customer that changed and was delivered while the run reads is not overwritten by its older line', async () => {
  const given = await givenQueuedRun(some(60))
  await syncToFile(given)
  const ada = given.shop.customers.update(idOf(given, 3), { firstName: 'New' })
  await tell(given.domain, ada)
  const calls = callsSince(sandbox, given.accountId)

  await syncOneTurn(given)
  expect(calls('create_or_update_profile'), 'live changes go before the next chunk').toHaveLength(1)
  await syncToRest(given.domain)

  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
  expect(await runOf(given)).toMatchObject({ read: 60, pushed: 59, unchanged: 1 })
})

test('points that changed and were delivered while the run reads are not overwritten, although no updated_at changed', async () => {
  const given = await givenQueuedRun((shop) =>
    shop.customers.createMany(60, (i) => ({
      email: `c${i}@example.com`,
      points: 1,
      updatedAt: '2026-01-01T00:00:00Z',
    })),
  )
  await syncToFile(given)
  given.shop.customers.setLoyalty(idOf(given, 3), { points: 500 })
  await tellUndated(given.domain, idOf(given, 3))

  await syncOneTurn(given)
  await syncToRest(given.domain)

  expect(
    sandbox.klaviyo.account(given.accountId).profileByEmail('c3@example.com')?.attributes.properties.loyalty_points,
  ).toBe(500)
  await expectLaw(sandbox, given)
})

test('a customer that was deleted while the run reads is not sent again from its line', async () => {
  const given = await givenQueuedRun(some(60))
  await syncToFile(given)
  const gone = idOf(given, 3)
  given.shop.customers.remove(gone)
  await tellUndated(given.domain, gone)
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: 59, synced: 59 })
})

test('customers whose deletion was not reported are forgotten after the next full run', async () => {
  const given = await givenConnectedShop(sandbox, some(60))
  for (const id of [0, 1, 2].map((i) => idOf(given, i))) given.shop.customers.remove(id)
  skip(61 * 60_000)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: 57, synced: 57 })
})

test('the next full run sends what was not reported: changes, new customers and cleared fields', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com`, firstName: 'Old', tier: 'Gold' })),
  )
  for (let i = 0; i < 20; i++) given.shop.customers.setLoyalty(idOf(given, i), { tier: null })
  for (let i = 20; i < 40; i++) given.shop.customers.update(idOf(given, i), { firstName: 'New' })
  given.shop.customers.create({ email: 'ada@example.com' })
  skip(61 * 60_000)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 61 })
  expect(await runOf(given)).toMatchObject({ read: 61, pushed: 41, unchanged: 20 })
})

test('the card shows a run’s progress: expected, read, and the results', async () => {
  const given = await givenQueuedRun(some(80))
  expect((await loadSyncCard(given.domain, clock())).run).toMatchObject({ state: 'queued', expected: null, read: 0 })
  await syncToFile(given)
  expect((await loadSyncCard(given.domain, clock())).run).toMatchObject({ state: 'reading', expected: 80, read: 0 })
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  skip(1_000)
  await syncOneTurn(given)
  expect(await loadSyncCard(given.domain, clock())).toMatchObject({
    pending: 80,
    syncedTotal: 0,
    run: { state: 'delivering', read: 80, pushed: 80 },
  })
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)
  expect(await loadSyncCard(given.domain, clock())).toMatchObject({ pending: 0, syncedTotal: 80, run: null })
})

test('while the shop has no token the run waits, and continues when the merchant opens the app', async () => {
  const given = await givenQueuedRun(some(10))
  const sessions = await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1 returning *', [
    given.domain,
  ])
  await syncOneTurn(given)
  expect(await runOf(given)).toMatchObject({ state: 'queued', attempt: 0 })
  const columns = Object.keys(sessions[0])
  const places = columns.map((_, i) => `$${i + 1}`).join(', ')
  await rowsIn(
    sandbox.databaseUrl,
    `insert into "Session" ("${columns.join('", "')}") values (${places})`,
    Object.values(sessions[0]),
  )
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 10 })
})
