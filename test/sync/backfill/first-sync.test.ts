import { expect, test } from 'vitest'
import { listNextWork } from '#app/store/shop-leases.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { cardStateOf } from '#app/ui/card/card-state.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const MANY = 60

async function givenQueuedRun(
  customers: (shop: Shop) => void = (shop) => void seedCustomers(shop, { count: MANY, seed: 2 }),
) {
  const installed = await givenInstalledShop(sandbox)
  customers(installed.shop)
  expect(await connectKlaviyo(installed.domain, installed.key, clock())).toMatchObject({ kind: 'connected' })
  return installed
}

/** Without the run that adds phone numbers afterwards. */
const runsOf = ({ domain }: InstalledShop) =>
  rowsIn(
    sandbox.databaseUrl,
    `select * from sync_run where shop = $1 and trigger <> 'identifiers' order by requested_at`,
    [domain],
  )

/** Works on the shop as a worker does for a while, whether or not it comes to rest. */
async function syncFor({ domain }: InstalledShop, ms: number): Promise<void> {
  const until = Date.now() + ms
  while (Date.now() < until) {
    const next = await syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
    const waitMs = (next?.getTime() ?? until) - Date.now()
    skip(Math.min(Math.max(waitMs, 100), until - Date.now()))
  }
}

const stateOf = async ({ domain }: InstalledShop) => cardStateOf(await loadSyncCard(domain, clock()), Date.now())

test.each([
  ['whose operations fail', { kind: 'bulk-failed', errorCode: 'INTERNAL_SERVER_ERROR' }],
  ['whose operations are cancelled', { kind: 'bulk-canceled' }],
  ['whose files cannot be fetched', { kind: 'url-expired' }],
] as const)('a first sync %s is waited for, and then read page by page', async (_what, fault) => {
  const given = await givenQueuedRun()
  sandbox.shopify.faults.cause(fault)
  await syncFor(given, 3 * MINUTE_MS)
  expect(await runsOf(given), 'it has not given up').toMatchObject([{ state: expect.stringMatching(/queued|reading/) }])
  await syncToRest(given.domain)
  expect(await runsOf(given)).toMatchObject([{ state: 'finished', by_pages: true, read: MANY }])
  await expectLaw(sandbox, given)
})

test('a first sync survives half a day without an answer from Shopify', async () => {
  const given = await givenQueuedRun()
  sandbox.shopify.faults.cause({ kind: 'status', status: 503 })
  await syncFor(given, 12 * HOUR_MS)
  expect(await runsOf(given)).toMatchObject([{ state: 'queued' }])
  const asked = sandbox.shopify.log.all().length
  await syncFor(given, HOUR_MS)
  expect(sandbox.shopify.log.all().length - asked, 'by now it is asked seldom').toBeLessThan(40)
  sandbox.shopify.faults.clear()
  await syncToRest(given.domain)
  expect(await runsOf(given)).toMatchObject([{ state: 'finished' }])
  await expectLaw(sandbox, given)
})

test('a first sync that failed in the end does not use up the hour, is not shown as up to date, and is started again automatically', async () => {
  const given = await givenQueuedRun()
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'BulkStart' })
  await syncFor(given, 30 * HOUR_MS)
  const [first] = await runsOf(given)
  expect(first).toMatchObject({ state: 'failed', failure: 'unavailable' })

  sandbox.shopify.faults.clear()
  const again = await runsOf(given)
  if (again.length === 1) {
    expect(await stateOf(given)).toBe('unfilled')
    skip(61 * MINUTE_MS)
    expect(await listNextWork(given.domain, clock())).toHaveLength(1)
  }
  await syncToRest(given.domain)
  expect((await runsOf(given)).at(-1)).toMatchObject({ trigger: 'never_filled', state: 'finished' })
  expect(await stateOf(given)).toBe('idle')
  await expectLaw(sandbox, given)
})

test('after a failure, Sync customers can be clicked at once', async () => {
  const given = await givenQueuedRun()
  await rowsIn(
    sandbox.databaseUrl,
    `update sync_run set attempt = 100, waits_for = 'shopify_away' where shop = $1`, // a day of questions without an answer, made short
    [given.domain],
  )
  sandbox.shopify.faults.cause({ kind: 'status', status: 503 })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect(await runsOf(given)).toMatchObject([{ state: 'failed' }])
  expect(await stateOf(given)).toBe('unfilled')
  expect((await loadSyncCard(given.domain, clock())).nextFullSyncAt).toBeNull()
  sandbox.shopify.faults.clear()
  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({
    kind: 'started',
  })
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a first sync that the merchant cancelled does not use up the hour, is not started again automatically, and is not shown as up to date', async () => {
  const given = await givenQueuedRun()
  const [{ id }] = await runsOf(given)
  expect(await cancelRun(given.domain, { run: id, by: 'Ada', now: clock() })).toEqual({ kind: 'cancelled' })
  skip(5 * HOUR_MS)
  await syncToRest(given.domain)
  expect(await runsOf(given)).toHaveLength(1)
  expect(await stateOf(given)).toBe('unfilled')
  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({
    kind: 'started',
  })
  await syncToRest(given.domain)
  expect(await stateOf(given)).toBe('idle')
})

test('failures of different kinds are counted separately', async () => {
  const given = await givenQueuedRun()
  sandbox.shopify.faults.cause({ kind: 'bulk-failed', errorCode: 'TIMEOUT', times: 4 })
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, times: 8, operation: 'BulkStatus' })
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, times: 8, operation: 'BulkStart' })
  await syncToRest(given.domain)
  expect(await runsOf(given)).toMatchObject([{ state: 'finished', by_pages: false, lost_operations: 4 }])
  await expectLaw(sandbox, given)
})
