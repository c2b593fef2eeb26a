import { expect, test } from 'vitest'
import { listActivity } from '#app/sync/report/list-activity.ts'
import { loadRun } from '#app/sync/report/load-run.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { skipToNight } from '#test/support/night.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const MANY = 60
const A_WHILE_MS = 60_000
const HOUR_MS = 60 * A_WHILE_MS

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const runOf = async ({ domain }: InstalledShop) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at desc limit 1', [
      domain,
    ])
  )[0]
const startRun = ({ domain }: InstalledShop) => startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })

/** A shop in sync in which five customers changed without a report. */
async function givenShop(count = MANY): Promise<InstalledShop> {
  const given = await givenConnectedShop(
    sandbox,
    (shop) =>
      shop.customers.createMany(count, (i) => ({
        email: `c${i}@example.com`,
        firstName: 'Old',
        updatedAt: '2026-01-01T00:00:00Z',
      })),
    { nightly: true },
  )
  for (let i = 0; i < Math.min(5, count); i++) given.shop.customers.update(idOf(given, i), { firstName: 'New' })
  skip(2 * HOUR_MS)
  return given
}

type Kind = 'full' | 'baseline' | 'reconcile'

/** Starts a run of each kind in the usual way. */
const begin: Record<Kind, (given: InstalledShop) => Promise<unknown>> = {
  full: startRun,
  baseline: async (given) => {
    await switchOff(given)
    await switchOn(given, 'future')
  },
  reconcile: (given) => skipToNight(sandbox, given),
}

/** The customers by state after a run of a kind: a baseline keeps customers that had changed before as they were. */
const expectedStates = (kind: Kind) => (kind === 'baseline' ? { futureOnly: 5, synced: MANY - 5 } : { synced: MANY })

const READING_KINDS = ['baseline', 'reconcile'] as const

test.each(
  READING_KINDS.flatMap((kind) =>
    (
      [
        ['failed', { kind: 'bulk-failed', errorCode: 'INTERNAL_SERVER_ERROR' }],
        ['failed with part of the customers', { kind: 'bulk-failed', errorCode: 'TIMEOUT', afterRows: 20 }],
        ['was cancelled', { kind: 'bulk-canceled' }],
        ['can no longer be fetched', { kind: 'url-expired' }],
      ] as const
    ).map(([what, fault]) => ({ kind, what, fault })),
  ),
)('an operation of a $kind that $what is started again', async ({ kind, fault }) => {
  const given = await givenShop()
  const before = given.shop.bulk.all().length
  sandbox.shopify.faults.cause({ ...fault, times: 2 })
  await begin[kind](given)
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ kind, state: 'finished', read: MANY })
  expect(given.shop.bulk.all().length - before).toBe(3)
  expect(await expectLaw(sandbox, given)).toMatchObject(expectedStates(kind))
})

test.each(READING_KINDS)('a %s whose file expires before it is read is started again', async (kind) => {
  const given = await givenShop()
  await begin[kind](given)
  await syncOneTurn(given)
  await given.shop.bulk.finished(given.shop.bulk.all().at(-1)!.id)
  skip(8 * 24 * HOUR_MS)
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: MANY })
  expect(await expectLaw(sandbox, given)).toMatchObject(expectedStates(kind))
})

test.each(READING_KINDS)('a %s in a shop without customers ends at once', async (kind) => {
  const given = await givenShop(0)
  await begin[kind](given)
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ kind, state: 'finished', read: 0 })
  await expectLaw(sandbox, given)
})

test.each(READING_KINDS.flatMap((kind) => (['lost', 'early', 'double'] as const).map((how) => ({ kind, how }))))(
  'a webhook about the end of the operation of a $kind that is $how does no harm',
  async ({ kind, how }) => {
    const given = await givenShop()
    sandbox.shopify.faults.cause({ kind: 'finish-webhook', how, times: 1 })
    await begin[kind](given)
    await syncToRest(given.domain)
    expect(await runOf(given)).toMatchObject({ kind, state: 'finished', read: MANY })
    expect(await expectLaw(sandbox, given)).toMatchObject(expectedStates(kind))
  },
)

test.each(READING_KINDS)('a %s whose operations keep failing reads page by page', async (kind) => {
  const given = await givenShop()
  sandbox.shopify.faults.cause({ kind: 'bulk-failed', errorCode: 'INTERNAL_SERVER_ERROR', shop: given.domain })
  await begin[kind](given)
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ kind, state: 'finished', by_pages: true, read: MANY })
  expect(await expectLaw(sandbox, given)).toMatchObject(expectedStates(kind))
})

test('a comparison whose requests are never answered fails and says so; the next night makes up for it', async () => {
  const given = await givenShop()
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'BulkStart', shop: given.domain })
  await begin.reconcile(given)
  await syncToRest(given.domain)
  const runs = await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1', [given.domain])
  expect(runs.filter(({ failure }) => failure === 'unavailable')).toMatchObject([
    { kind: 'reconcile', state: 'failed' },
  ])
  expect(await loadSyncCard(given.domain, clock()), 'it is no full sync').toMatchObject({ fullSyncFailedAt: null })
  sandbox.shopify.faults.clear()
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test.each(['full', 'baseline', 'reconcile'] as const)(
  'a %s whose operation never ends is shown as stalled from the second minute on, does not delay live changes, and can be cancelled',
  async (kind) => {
    const given = await givenShop()
    sandbox.shopify.faults.cause({ kind: 'bulk-stalled', shop: given.domain, times: 1 })
    await begin[kind](given)
    await syncOneTurn(given)
    const stalls = async () => {
      const now = clock()
      const card = await loadSyncCard(given.domain, now)
      const { entries } = await listActivity(given.domain, { after: null, limit: 10, viewer: null, now })
      const page = await loadRun(given.domain, card.run!.id, { viewer: null, now })
      return [card.run!.stall, entries[0]?.kind === 'run' ? entries[0].run.stall : 'no run', page!.run.stall]
    }
    expect(await stalls()).toEqual([null, null, null])
    for (let minutes = 0; minutes < 3; minutes++) {
      skip(A_WHILE_MS)
      await syncOneTurn(given)
    }
    const stalled = { why: 'shopify_preparing', since: expect.any(String) }
    expect(await stalls()).toEqual([stalled, stalled, stalled])

    const calls = callsSince(sandbox, given.accountId)
    await tell(given.domain, given.shop.customers.update(idOf(given, 30), { firstName: 'Live' }))
    await syncOneTurn(given)
    expect(calls('create_or_update_profile')).toHaveLength(1)

    const { id } = await runOf(given)
    expect(await cancelRun(given.domain, { run: id, by: 'Ada', now: clock() })).toEqual({ kind: 'cancelled' })
    expect(given.shop.bulk.all().at(-1)!.status).toMatch(/^CANCEL/) // an app may run only five at once in a shop
    await syncToRest(given.domain)
    skip(HOUR_MS)
    expect(await startRun(given)).toMatchObject({ kind: 'started' })
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
  },
)

test('a run whose operation never ends can be turned off and resumed: once the operation ends, it is read', async () => {
  const given = await givenShop()
  sandbox.shopify.faults.cause({ kind: 'bulk-stalled', shop: given.domain, times: 1 })
  await begin.full(given)
  await syncOneTurn(given)
  expect(await switchOff(given)).toEqual({ kind: 'turned_off' })
  skip(HOUR_MS)
  await switchOn(given, 'resume')
  await syncOneTurn(given)
  expect((await loadSyncCard(given.domain, clock())).run).toMatchObject({ state: 'reading', stall: null })
  given.shop.bulk.cancel(given.shop.bulk.all().at(-1)!)
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: MANY })
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})
