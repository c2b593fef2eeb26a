import { afterEach, expect, test, vi } from 'vitest'
import { findBulkRefused } from '#app/store/bulk-access.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { keepBulkAccess } from '#app/sync/shopify/bulk-access.ts'
import { tellOperator } from '#app/sync/shopify/tell-operator.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

afterEach(async () => {
  vi.restoreAllMocks()
  sandbox.shopify.bulkAccess.enable()
  await rowsIn(sandbox.databaseUrl, 'delete from bulk_access')
  await rowsIn(sandbox.databaseUrl, 'delete from operator_fault')
  // The shop of the next test is then the only one that a query can be started in.
  await rowsIn(sandbox.databaseUrl, 'delete from connection')
})

const givenAda = () => givenConnectedShop(sandbox, (shop) => void shop.customers.create({ email: 'ada@example.com' }))
const operationsIn = ({ shop }: InstalledShop) => shop.bulk.all().length

/** Asked for by hand, which is allowed once an hour. */
async function askForFullSync({ domain }: InstalledShop): Promise<void> {
  skip(HOUR_MS)
  await startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })
}

async function fullSync(given: InstalledShop): Promise<void> {
  await askForFullSync(given)
  await syncToRest(given.domain)
}

/** As many sweeps as there are in some days, an hour apart. */
async function sweepFor(days: number): Promise<void> {
  for (let hour = 0; hour < days * 24; hour += 6) {
    skip(6 * HOUR_MS)
    await keepBulkAccess(clock)
  }
}

test('an installation without runs starts a bulk query that finds nobody once a week, and keeps its access', async () => {
  const given = await givenAda()
  const before = operationsIn(given)
  await sweepFor(5)
  expect(operationsIn(given)).toBe(before)
  await sweepFor(40)
  expect(sandbox.shopify.bulkAccess.isEnabled).toBe(true)
  expect(operationsIn(given) - before).toBe(7)
  const last = await given.shop.bulk.finished(given.shop.bulk.all().at(-1)!.id)
  expect([last.status, last.objectCount]).toEqual(['COMPLETED', '0'])
  await fullSync(given)
  await expectLaw(sandbox, given)
})

test('of several processes one starts it, and a run that reads a file makes it needless', async () => {
  const given = await givenAda()
  skip(7 * DAY_MS)
  const before = operationsIn(given)
  await Promise.all([keepBulkAccess(clock), keepBulkAccess(clock), keepBulkAccess(clock)])
  expect(operationsIn(given)).toBe(before + 1)
  skip(5 * DAY_MS)
  await fullSync(given)
  const afterRun = operationsIn(given)
  await sweepFor(5)
  expect(operationsIn(given)).toBe(afterRun)
})

test('a shop with a run is left alone, and what a killed process had taken on is tried again an hour later', async () => {
  const given = await givenAda()
  skip(7 * DAY_MS)
  await askForFullSync(given)
  const before = operationsIn(given)
  // As if the process had died between taking it and starting it: nothing was started, and it is not due for an hour.
  await keepBulkAccess(clock)
  await keepBulkAccess(clock)
  expect(operationsIn(given)).toBe(before)
  await rowsIn(sandbox.databaseUrl, `update sync_run set state = 'cancelled' where shop = $1`, [given.domain])
  await keepBulkAccess(clock)
  expect(operationsIn(given)).toBe(before)
  skip(61 * 60_000)
  await keepBulkAccess(clock)
  expect(operationsIn(given)).toBe(before + 1)
})

test.each([
  ['refused to the app in the errors of the answer', { kind: 'bulk-refused', how: 'errors' }, true],
  ['refused to the app in those of the mutation', { kind: 'bulk-refused', how: 'user-errors' }, true],
  ['started, and then may not read', { kind: 'bulk-failed', errorCode: 'ACCESS_DENIED' }, false],
] as const)(
  'where a bulk query is %s, pages are read, and only the first two are a fault of the app',
  async (_, fault, isOfApp) => {
    const given = await givenAda()
    sandbox.shopify.faults.cause({ ...fault, shop: given.domain })
    await fullSync(given)
    const [run] = await rowsIn(
      sandbox.databaseUrl,
      'select by_pages, state from sync_run where shop = $1 order by requested_at desc limit 1',
      [given.domain],
    )
    expect(run).toEqual({ by_pages: true, state: 'finished' })
    expect((await findBulkRefused()) !== null).toBe(isOfApp)
    await expectLaw(sandbox, given)
  },
)

test('while five bulk queries run already, a run waits for its file, and the app has its access all the same', async () => {
  const given = await givenAda()
  given.shop.bulk.durationMs = 300_000
  const running = Array.from({ length: 5 }, () => given.shop.bulk.start('{}', { count: 0, lines: () => [] })!)
  await askForFullSync(given)
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect((await loadSyncCard(given.domain, clock())).run).toMatchObject({ state: 'queued', byPages: false })
  expect(await findBulkRefused()).toBeNull()
  given.shop.bulk.durationMs = 20
  for (const operation of running) given.shop.bulk.cancel(operation)
  skip(10 * 60_000)
  await syncToRest(given.domain)
  expect(await findBulkRefused()).toBeNull()
  await expectLaw(sandbox, given)
})

test('an installation that was away for a month reads pages, tells the operator once, and uses files again once it may', async () => {
  const given = await givenAda()
  await keepBulkAccess(clock)
  skip(32 * DAY_MS)
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const told = () =>
    written.mock.calls.map(([line]) => String(line)).filter((line) => /operator_fault_.*"bulk_refused"/.test(line))
  const before = operationsIn(given)
  await fullSync(given)
  expect(operationsIn(given)).toBe(before)
  await expectLaw(sandbox, given)
  for (let i = 0; i < 3; i++) {
    await keepBulkAccess(clock)
    await tellOperator(clock())
    skip(25 * HOUR_MS)
  }
  expect(told()).toHaveLength(1)

  sandbox.shopify.bulkAccess.enable()
  await keepBulkAccess(clock)
  expect(await findBulkRefused()).toBeNull()
  await tellOperator(clock())
  expect(told()).toHaveLength(2)
  await fullSync(given)
  expect(operationsIn(given)).toBe(before + 2)
  await expectLaw(sandbox, given)
})
