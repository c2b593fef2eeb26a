import { expect, test } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { reopenApp } from '#test/support/reopen-app.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { integrationOf, switchOff, switchOn } from '#test/support/switch.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

const MANY = 60
const CHANGED = 20
const A_WHILE_MS = 60_000
const HOUR_MS = 60 * 60_000
const many = (shop: Shop) =>
  shop.customers.createMany(MANY, (i) => ({
    email: `c${i}@example.com`,
    firstName: 'Old',
    points: 1,
    updatedAt: '2026-01-01T00:00:00Z',
  }))

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())
const runsOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at desc', [domain])
const startRun = ({ domain }: InstalledShop) => startFullSync(domain, { trigger: 'by_hand', by: 'Ada', now: clock() })
const pushedSince = ({ accountId }: InstalledShop) => {
  const calls = callsSince(sandbox, accountId)
  return () =>
    [...calls('create_or_update_profile'), ...calls('bulk_import_profiles')].reduce(
      (sum, call) => sum + call.profiles,
      0,
    )
}

/** While it is off: some customers change, half of them in a name and half in points, and every second change is reported. */
async function changeWhileOff(given: InstalledShop): Promise<void> {
  for (let i = 0; i < CHANGED; i++) {
    if (i < CHANGED / 2) given.shop.customers.update(idOf(given, i), { firstName: 'New' })
    else given.shop.customers.setLoyalty(idOf(given, i), { points: 2 })
    if (i % 2 === 0) await tellUndated(given.domain, idOf(given, i))
  }
  skip(A_WHILE_MS)
}

async function givenTurnedOff(): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, many)
  skip(2 * HOUR_MS)
  expect(await switchOff(given)).toEqual({ kind: 'turned_off' })
  return given
}

/** Turned off in a full run whose file Shopify has written, before any of it is read. */
async function givenPausedRun(): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, many)
  skip(2 * HOUR_MS)
  sandbox.shopify.faults.cause({ kind: 'finish-webhook', how: 'lost', shop: given.domain, times: 1 })
  expect(await startRun(given)).toMatchObject({ kind: 'started' })
  await syncOneTurn(given)
  await given.shop.bulk.finished(given.shop.bulk.all().at(-1)!.id)
  expect(await switchOff(given)).toEqual({ kind: 'turned_off' })
  expect(await runsOf(given)).toMatchObject([{ state: 'paused', paused_from: 'reading' }, { state: 'finished' }])
  return given
}

test('turned on for past and future, all that differs from what was delivered is pushed, once, and nothing else', async () => {
  const given = await givenTurnedOff()
  await changeWhileOff(given)
  const pushed = pushedSince(given)

  expect(await switchOn(given, 'past_and_future')).toEqual({ kind: 'turned_on', how: 'past_and_future' })
  await syncToRest(given.domain)

  expect(pushed()).toBe(CHANGED)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY, futureOnly: 0 })
  expect((await runsOf(given))[0]).toMatchObject({
    kind: 'full',
    trigger: 'switched_on',
    started_by: 'Ada',
    state: 'finished',
    read: MANY,
  })
})

test('turned on for the future, no customer is pushed, and those that had changed are counted as excluded', async () => {
  const given = await givenTurnedOff()
  await changeWhileOff(given)
  const pushed = pushedSince(given)

  await switchOn(given, 'future')
  await syncToRest(given.domain)

  expect(pushed()).toBe(0)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY - CHANGED, futureOnly: CHANGED })
  expect(await cardOf(given)).toMatchObject({
    parts: { futureOnly: CHANGED, waiting: 0, noEmail: 0 },
    pending: 0,
    run: null,
  })
})

test('resumed, the paused run continues, and held changes are sent', async () => {
  const given = await givenPausedRun()
  await changeWhileOff(given)
  const pushed = pushedSince(given)
  const [paused] = await runsOf(given)

  expect(await switchOn(given, 'resume')).toEqual({ kind: 'turned_on', how: 'resume' })
  await syncToRest(given.domain)

  expect(pushed(), 'who changed after the file was written, and was told of').toBe(CHANGED / 2)
  expect(await runsOf(given)).toMatchObject([{ id: paused.id, state: 'finished', read: MANY }, { kind: 'full' }])
  expect(given.shop.bulk.all(), 'no file is asked for again').toHaveLength(2)

  skip(HOUR_MS)
  await startRun(given)
  await syncToRest(given.domain)
  expect(pushed()).toBe(CHANGED)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test('a paused run whose file has expired meanwhile requests a new one, and every customer is read once', async () => {
  const given = await givenPausedRun()
  await changeWhileOff(given)
  skip(8 * 24 * HOUR_MS)
  await switchOn(given, 'resume')
  await syncToRest(given.domain)
  expect((await runsOf(given))[0]).toMatchObject({ state: 'finished', read: MANY })
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test.each([
  ['past_and_future', 'full'],
  ['future', 'baseline'],
] as const)('a paused run gives way when it is turned on %s', async (how, kind) => {
  const given = await givenPausedRun()
  await changeWhileOff(given)
  await switchOn(given, how)
  await syncToRest(given.domain)
  expect(await runsOf(given)).toMatchObject([
    { kind, state: 'finished', read: MANY },
    { kind: 'full', state: 'cancelled', failure: 'superseded', finished_at: expect.any(Date) },
    { kind: 'full', trigger: 'connecting' },
  ])
  await expectLaw(sandbox, given)
})

test('resuming without a paused run is refused, and nothing is changed', async () => {
  const given = await givenTurnedOff()
  const before = await integrationOf(given)
  expect(await switchOn(given, 'resume')).toEqual({ kind: 'nothing_paused' })
  expect(await integrationOf(given)).toEqual(before)
})

test('turned on while it is still turning off, started work is settled, and the law holds', async () => {
  const given = await givenConnectedShop(sandbox, many)
  const all = given.shop.customers.ascending()
  await tell(given.domain, ...all.map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })))
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  expect(await switchOff(given)).toEqual({ kind: 'turning_off' })
  await changeWhileOff(given)
  expect(await switchOn(given, 'past_and_future')).toEqual({ kind: 'turned_on', how: 'past_and_future' })
  for (let i = 0; i < 3; i++) {
    await syncOneTurn(given)
    skip(5_000)
  }
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test('turning on restarts the hour of the full sync if it starts one, and only then', async () => {
  const given = await givenTurnedOff()
  await switchOn(given, 'future')
  await syncToRest(given.domain)
  expect(await cardOf(given)).toMatchObject({ nextFullSyncAt: null })
  await switchOff(given)
  const at = Date.now()
  await switchOn(given, 'past_and_future')
  await syncToRest(given.domain)
  const { nextFullSyncAt } = await cardOf(given)
  expect(Date.parse(nextFullSyncAt!)).toBeGreaterThanOrEqual(at + HOUR_MS)
  expect(await startRun(given)).toMatchObject({ kind: 'too_soon' })
})

test('while a baseline runs, a full sync by hand is refused because one is running', async () => {
  const given = await givenTurnedOff()
  await switchOn(given, 'future')
  expect(await startRun(given)).toEqual({ kind: 'already_running' })
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('connecting again after a disconnection turns it on, and the law holds', async () => {
  const given = await givenPausedRun()
  await changeWhileOff(given)
  await disconnectKlaviyo(given.domain, clock())
  expect(await runsOf(given)).toMatchObject([{ state: 'cancelled', failure: 'disconnected' }, {}])
  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
  expect(await switchOn(given, 'past_and_future')).toEqual({ kind: 'not_connected' })

  expect(await connectKlaviyo(given.domain, given.key, clock())).toMatchObject({ kind: 'connected' })
  expect(await integrationOf(given)).toMatchObject({ status: 'on', stoppedAt: null })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test('another key of the same account does not turn it on, and the paused run stays', async () => {
  const given = await givenPausedRun()
  const before = await integrationOf(given)
  expect(await connectKlaviyo(given.domain, given.key, clock())).toMatchObject({ kind: 'connected' })
  expect(await integrationOf(given)).toEqual(before)
  expect(await runsOf(given)).toMatchObject([{ state: 'paused' }, { state: 'finished' }])
  await switchOn(given, 'resume')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test('another account that is connected while it is off stays empty until it is turned on, and is filled then', async () => {
  const given = await givenPausedRun()
  const accountId = `${given.accountId}B`
  const key = `pk_other_account_${given.accountId}_0123456789`
  sandbox.klaviyo.addAccount({ id: accountId, name: 'Other', keys: [{ key, scopes: 'full' }] })
  expect(await connectKlaviyo(given.domain, key, clock())).toMatchObject({ kind: 'connected' })
  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
  await syncToRest(given.domain)
  expect(sandbox.klaviyo.account(accountId).size).toBe(0)

  expect(await switchOn(given, 'resume')).toEqual({ kind: 'nothing_paused' })
  await switchOn(given, 'past_and_future')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, { ...given, accountId })).toMatchObject({ synced: MANY })
})

/** The merchant removes the app and opens it again. */
async function removeAndReturn(given: InstalledShop): Promise<void> {
  given.shop.uninstall()
  await given.shop.webhooks.flush()
  expect(await switchOn(given, 'past_and_future'), 'nobody works for a shop without the app').toEqual({ kind: 'stale' })
  expect(await syncOneTurn(given)).toBeNull()
  skip(A_WHILE_MS)
  await reopenApp(sandbox, given)
}

test('a shop that removed the app while it was off is off when it is reinstalled, and the law holds once it is on', async () => {
  const given = await givenPausedRun()
  await changeWhileOff(given)
  const pushed = pushedSince(given)
  await removeAndReturn(given)
  await syncToRest(given.domain)

  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
  expect(await runsOf(given)).toMatchObject([{ state: 'cancelled', failure: 'uninstalled' }, {}])
  expect(pushed()).toBe(0)
  expect(await switchOn(given, 'resume')).toEqual({ kind: 'nothing_paused' })
  expect(await switchOn(given, 'past_and_future')).toMatchObject({ kind: 'turned_on' })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test('a shop that removed the app while it was turning off is turned off when it is reinstalled', async () => {
  const given = await givenConnectedShop(sandbox, many)
  const all = given.shop.customers.ascending()
  await tell(given.domain, ...all.map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })))
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  expect(await switchOff(given)).toEqual({ kind: 'turning_off' })
  await removeAndReturn(given)
  sandbox.klaviyo.faults.release('stuckJob')
  const pushed = pushedSince(given)
  await syncToRest(given.domain)

  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
  expect(pushed()).toBe(0)
  await switchOn(given, 'past_and_future')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})

test('a shop that removed the app while a baseline was read is synced in full when it is reinstalled', async () => {
  const given = await givenTurnedOff()
  await changeWhileOff(given)
  await switchOn(given, 'future')
  await syncOneTurn(given)
  given.shop.uninstall()
  await given.shop.webhooks.flush()
  expect(await syncOneTurn(given)).toBeNull()
  skip(A_WHILE_MS)
  await reopenApp(sandbox, given)
  expect(await integrationOf(given)).toMatchObject({ status: 'on' })
  await syncToRest(given.domain)
  expect((await runsOf(given))[0]).toMatchObject({ kind: 'full', trigger: 'connecting', state: 'finished' })
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY })
})
