import { expect, test } from 'vitest'
import { conductShop } from '#app/sync/conduct/conduct-shop.ts'
import { listActivity } from '#app/sync/report/list-activity.ts'
import { loadRun } from '#app/sync/report/load-run.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { skipToNight } from '#test/support/night.ts'
import { rowsIn } from '#test/support/rows.ts'
import { conductToRest, givenConnectedShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const MANY = 60
const A_WHILE_MS = 60_000
const HOUR_MS = 60 * A_WHILE_MS

const conductOnce = ({ domain }: InstalledShop) => conductShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const runOf = async ({ domain }: InstalledShop) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at desc limit 1', [
      domain,
    ])
  )[0]
const startRun = ({ domain }: InstalledShop) => startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })

/** A shop in step in which five customers changed without a word. */
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

/** Begins a run of a kind as it begins in life. */
const begin: Record<Kind, (given: InstalledShop) => Promise<unknown>> = {
  full: startRun,
  baseline: async (given) => {
    await switchOff(given)
    await switchOn(given, 'future')
  },
  reconcile: (given) => skipToNight(sandbox, given),
}

/** How the shop stands after a whole run of a kind: a baseline leaves those who had changed before as they were. */
const standing = (kind: Kind) => (kind === 'baseline' ? { futureOnly: 5, synced: MANY - 5 } : { synced: MANY })

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
)('an operation of a $kind that $what is asked for again', async ({ kind, fault }) => {
  const given = await givenShop()
  const before = given.shop.bulk.all().length
  sandbox.shopify.faults.cause({ ...fault, times: 2 })
  await begin[kind](given)
  await conductToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ kind, state: 'finished', read: MANY })
  expect(given.shop.bulk.all().length - before).toBe(3)
  expect(await expectLaw(sandbox, given)).toMatchObject(standing(kind))
})

test.each(READING_KINDS)('a %s whose file runs out before it is read is begun anew', async (kind) => {
  const given = await givenShop()
  await begin[kind](given)
  await conductOnce(given)
  await given.shop.bulk.finished(given.shop.bulk.all().at(-1)!.id)
  skip(8 * 24 * HOUR_MS)
  await conductToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: MANY })
  expect(await expectLaw(sandbox, given)).toMatchObject(standing(kind))
})

test.each(READING_KINDS)('a %s in a shop without customers is over at once', async (kind) => {
  const given = await givenShop(0)
  await begin[kind](given)
  await conductToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ kind, state: 'finished', read: 0 })
  await expectLaw(sandbox, given)
})

test.each(READING_KINDS.flatMap((kind) => (['lost', 'early', 'double'] as const).map((how) => ({ kind, how }))))(
  'an end of a $kind’s operation that is told of $how does no harm',
  async ({ kind, how }) => {
    const given = await givenShop()
    sandbox.shopify.faults.cause({ kind: 'finish-webhook', how, times: 1 })
    await begin[kind](given)
    await conductToRest(given.domain)
    expect(await runOf(given)).toMatchObject({ kind, state: 'finished', read: MANY })
    expect(await expectLaw(sandbox, given)).toMatchObject(standing(kind))
  },
)

test.each(READING_KINDS)('a %s whose operations keep failing reads page by page', async (kind) => {
  const given = await givenShop()
  sandbox.shopify.faults.cause({ kind: 'bulk-failed', errorCode: 'INTERNAL_SERVER_ERROR', shop: given.domain })
  await begin[kind](given)
  await conductToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ kind, state: 'finished', by_pages: true, read: MANY })
  expect(await expectLaw(sandbox, given)).toMatchObject(standing(kind))
})

test('a comparison whose questions are never answered gives up and says so; the next night makes it good', async () => {
  const given = await givenShop()
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'BulkStart', shop: given.domain })
  await begin.reconcile(given)
  await conductToRest(given.domain)
  const runs = await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1', [given.domain])
  expect(runs.filter(({ failure }) => failure === 'unavailable')).toMatchObject([
    { kind: 'reconcile', state: 'failed' },
  ])
  expect(await loadSyncCard(given.domain, clock()), 'it is no full sync').toMatchObject({ fullSyncFailedAt: null })
  sandbox.shopify.faults.clear()
  await skipToNight(sandbox, given)
  await conductToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test.each(['full', 'baseline', 'reconcile'] as const)(
  'a %s whose operation never ends is shown as stalled after ten minutes, lets live changes pass, and can be cancelled',
  async (kind) => {
    const given = await givenShop()
    sandbox.shopify.faults.cause({ kind: 'bulk-stalled', shop: given.domain, times: 1 })
    await begin[kind](given)
    await conductOnce(given)
    const stalls = async () => {
      const now = clock()
      const card = await loadSyncCard(given.domain, now)
      const { entries } = await listActivity(given.domain, { after: null, limit: 10, viewer: null, now })
      const page = await loadRun(given.domain, card.run!.id, { viewer: null, now })
      return [card.run!.stall, entries[0]?.kind === 'run' ? entries[0].run.stall : 'no run', page!.run.stall]
    }
    for (let minutes = 0; minutes < 9; minutes++) {
      skip(A_WHILE_MS)
      await conductOnce(given)
      expect(await stalls()).toEqual([null, null, null])
    }
    for (let minutes = 0; minutes < 3; minutes++) {
      skip(A_WHILE_MS)
      await conductOnce(given)
    }
    const stalled = { why: 'shopify_gathering', since: expect.any(String) }
    expect(await stalls()).toEqual([stalled, stalled, stalled])

    const calls = callsSince(sandbox, given.accountId)
    await tell(given.domain, given.shop.customers.update(idOf(given, 30), { firstName: 'Live' }))
    await conductOnce(given)
    expect(calls('create_or_update_profile')).toHaveLength(1)

    const { id } = await runOf(given)
    expect(await cancelRun(given.domain, { run: id, by: 'Ada', now: clock() })).toEqual({ kind: 'cancelled' })
    expect(given.shop.bulk.all().at(-1)!.status).toMatch(/^CANCEL/) // a shop has room for five only
    await conductToRest(given.domain)
    skip(HOUR_MS)
    expect(await startRun(given)).toMatchObject({ kind: 'started' })
    await conductToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
  },
)

test('an operation that never ends can be turned off and the run resumed: once it ends, the run is read', async () => {
  const given = await givenShop()
  sandbox.shopify.faults.cause({ kind: 'bulk-stalled', shop: given.domain, times: 1 })
  await begin.full(given)
  await conductOnce(given)
  expect(await switchOff(given)).toEqual({ kind: 'turned_off' })
  skip(HOUR_MS)
  await switchOn(given, 'resume')
  await conductOnce(given)
  expect((await loadSyncCard(given.domain, clock())).run).toMatchObject({ state: 'reading', stall: null })
  given.shop.bulk.cancel(given.shop.bulk.all().at(-1)!)
  await conductToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: MANY })
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})
