import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { deleteConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { changeIntegrationStatus, scheduleReconcile } from '#app/store/integration.ts'
import { advanceCheckpoint, saveRunOperation } from '#app/store/run-progress.ts'
import {
  startBaselineRun,
  startCatchUpRun,
  startComparison,
  startFullRun,
  startReconcileRun,
} from '#app/store/run-starts.ts'
import { saveChoice } from '#app/store/settings.ts'
import { findShop, uninstallShop } from '#app/store/shops.ts'
import { cancelOpenRun, findLastComparison, findLastFullRun, findOpenRun, stepRun } from '#app/store/sync-runs.ts'
import { at, givenConnectedShop, givenRefused, givenShop, givenStatus, useStore } from './given-store.ts'

const store = useStore()

const next = new Date('2026-11-22T02:00:00Z')
const startFull = (shop: ShopDomain, now: Date, always = true) =>
  transaction((on) => startFullRun(shop, { trigger: 'by_hand', by: '7', always, now }, on))
const startBaseline = (shop: ShopDomain, now: Date) => transaction((on) => startBaselineRun(shop, { by: '7', now }, on))
const startReconcile = (shop: ShopDomain, now: Date) => transaction((on) => startReconcileRun(shop, { next, now }, on))
const plannedFor = async (shop: ShopDomain) => (await findShop(shop))?.nextReconcileAt
const runsOf = (shop: ShopDomain) =>
  store.rows('select kind, state, failure from sync_run where shop = $1 order by requested_at', shop)

/** A shop whose nightly comparison is due at two o'clock. */
async function givenNight(): Promise<ShopDomain> {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, at('02:00:00'))
  return shop
}

test.each(['turning_off', 'off'] as const)(
  'no full run starts while the integration is %s, not even always',
  async (status) => {
    const shop = await givenConnectedShop()
    await givenStatus(shop, status)
    expect(await startFull(shop, at('10:00:00'))).toBeNull()
    expect(await runsOf(shop)).toEqual([])
    expect((await findShop(shop))?.fullSyncStartedAt, 'nor does the hour begin').toBeNull()

    await transaction((on) => changeIntegrationStatus(shop, 'on', on))
    expect(await startFull(shop, at('10:00:01'), false)).not.toBeNull()
  },
)

test('no full run starts during a baseline, and the baseline goes on', async () => {
  const shop = await givenConnectedShop()
  const baseline = await startBaseline(shop, at('10:00:00'))
  expect(await startFull(shop, at('10:00:01'))).toBeNull()
  expect(await findOpenRun(shop, autocommit)).toMatchObject({ id: baseline, kind: 'baseline', state: 'queued' })
})

test('a full run supersedes the night’s comparison', async () => {
  const shop = await givenNight()
  await startReconcile(shop, at('02:00:00'))
  const full = await startFull(shop, at('02:00:01'))
  expect(await findOpenRun(shop, autocommit)).toMatchObject({
    id: full,
    kind: 'full',
    trigger: 'by_hand',
    startedBy: '7',
  })
  expect(await runsOf(shop)).toMatchObject([
    { kind: 'reconcile', state: 'cancelled', failure: 'superseded' },
    { kind: 'full', state: 'queued' },
  ])
})

test('a baseline begins with nothing read, records who started it, and is no full run', async () => {
  const shop = await givenConnectedShop()
  const id = await startBaseline(shop, at('10:00:00'))
  expect(await findOpenRun(shop, autocommit)).toMatchObject({
    id,
    kind: 'baseline',
    trigger: 'switched_on',
    state: 'queued',
    startedBy: '7',
    requestedAt: at('10:00:00'),
    notBefore: at('10:00:00'),
    search: null,
    bulkOperation: null,
    byteOffset: 0,
    counts: { read: 0, pushed: 0, unchanged: 0, excluded: 0, issues: 0 },
  })
  expect(await findLastFullRun(shop)).toBeNull()
  expect((await findShop(shop))?.fullSyncStartedAt).toBeNull()
})

test('no baseline starts beside an open run: its starter must have ended that', async () => {
  const shop = await givenConnectedShop()
  await startCatchUpRun(shop, null, at('10:00:00'))
  await expect(startBaseline(shop, at('10:00:01'))).rejects.toThrow()
  await transaction((on) => cancelOpenRun(shop, 'superseded', at('10:00:02'), on))
  await startBaseline(shop, at('10:00:03'))
  expect(await findOpenRun(shop, autocommit)).toMatchObject({ kind: 'baseline' })
})

test('the night’s comparison starts in its minute, not a millisecond before, and the next one is planned', async () => {
  const shop = await givenNight()
  expect(await startReconcile(shop, new Date(at('02:00:00').getTime() - 1))).toBeNull()
  expect(await plannedFor(shop)).toEqual(at('02:00:00'))

  const id = await startReconcile(shop, at('02:00:00'))

  expect(await findOpenRun(shop, autocommit)).toMatchObject({
    id,
    kind: 'reconcile',
    trigger: 'nightly',
    state: 'queued',
    startedBy: null,
    requestedAt: at('02:00:00'),
    search: null,
  })
  expect(await plannedFor(shop)).toEqual(next)
  expect(await startReconcile(shop, at('02:00:01'))).toBeNull()
})

test('a nightly comparison that is not scheduled yet is not due', async () => {
  const shop = await givenConnectedShop()
  expect(await startReconcile(shop, at('02:00:00'))).toBeNull()
  expect(await plannedFor(shop)).toBeNull()
})

test.each(['turning_off', 'off'] as const)('no night comes while the integration is %s', async (status) => {
  const shop = await givenNight()
  await givenStatus(shop, status, at('01:00:00'))
  expect(await startReconcile(shop, at('02:00:00'))).toBeNull()
  expect(await runsOf(shop)).toEqual([])
})

test('no night comes where comparing is turned off, or where the app is gone', async () => {
  const [unwanted, gone] = [await givenConnectedShop(), await givenNight()]
  await transaction((on) =>
    saveChoice(
      unwanted,
      'syncing',
      {
        choice: { syncDelayMs: 0, nightlyReconcile: false, hourlyCheck: false, holdAbovePercent: 30 },
        comparedFrom: null,
      },
      on,
    ),
  )
  await scheduleReconcile(unwanted, at('02:00:00'))
  await uninstallShop(gone, at('01:00:00'))
  for (const shop of [unwanted, gone]) {
    expect(await startReconcile(shop, at('02:00:00'))).toBeNull()
    expect(await plannedFor(shop), 'and none is planned').toEqual(at('02:00:00'))
    expect(await runsOf(shop)).toEqual([])
  }
})

test.each([
  ['is refused', givenRefused],
  ['is gone', (shop: ShopDomain) => deleteConnection(shop, autocommit)],
] as const)('a night in which the connection %s is left out, and the next one is planned', async (_, end) => {
  const shop = await givenNight()
  await end(shop)
  expect(await startReconcile(shop, at('02:00:00'))).toBeNull()
  expect(await runsOf(shop)).toEqual([])
  expect(await plannedFor(shop)).toEqual(next)
})

test.each([
  ['full', startFull],
  ['baseline', startBaseline],
  ['reconcile', (shop: ShopDomain) => givenReconcileFrom(shop)],
] as const)('while a %s run is open the night is left out, and the next one is planned', async (kind, startRun) => {
  const shop = await givenConnectedShop()
  const id = await startRun(shop, at('01:30:00'))
  await scheduleReconcile(shop, at('02:00:00'))

  expect(await startReconcile(shop, at('02:00:00'))).toBeNull()

  expect(await findOpenRun(shop, autocommit)).toMatchObject({ id, kind, state: 'queued' })
  expect(await plannedFor(shop)).toEqual(next)
})

/** The comparison of the night before, which is still open. */
async function givenReconcileFrom(shop: ShopDomain): Promise<string> {
  await scheduleReconcile(shop, at('01:00:00'))
  return (await transaction((on) => startReconcileRun(shop, { next: at('02:00:00'), now: at('01:00:00') }, on)))!
}

test('the night’s comparison supersedes a catch-up, whatever state it is in', async () => {
  const shop = await givenNight()
  await startCatchUpRun(shop, 'updated_at:>2026', at('01:59:00'))
  const catchUp = (await findOpenRun(shop, autocommit))!
  await transaction((on) => stepRun(shop, { id: catchUp.id, from: 'queued', to: 'reading', now: at('01:59:01') }, on))

  const id = await startReconcile(shop, at('02:00:00'))

  expect(await findOpenRun(shop, autocommit)).toMatchObject({ id, kind: 'reconcile' })
  expect(await runsOf(shop)).toMatchObject([
    { kind: 'catch_up', state: 'cancelled', failure: 'superseded' },
    { kind: 'reconcile', state: 'queued' },
  ])
})

test('a comparison does not move the hour of the full run', async () => {
  const shop = await givenNight()
  await startReconcile(shop, at('02:00:00'))
  expect((await findShop(shop))?.fullSyncStartedAt).toBeNull()
  expect(await findLastFullRun(shop)).toBeNull()
})

test('of twenty processes that see a due nightly comparison one starts it', async () => {
  const [shop, other] = [await givenNight(), await givenNight()]
  const started = await Promise.all(Array.from({ length: 20 }, () => startReconcile(shop, at('02:00:00'))))
  expect(started.filter((id) => id !== null)).toHaveLength(1)
  expect(await runsOf(shop)).toHaveLength(1)
  expect(await runsOf(other)).toEqual([])
  expect(await plannedFor(other)).toEqual(at('02:00:00'))
})

/** A shop in which a comparison was requested. */
async function givenMapped(): Promise<ShopDomain> {
  const shop = await givenConnectedShop()
  await transaction((on) => saveChoice(shop, 'mapping', { choice: defaultMapping, comparedFrom: at('09:00:00') }, on))
  return shop
}

test('of twenty processes that see a requested comparison one starts it, once', async () => {
  const [shop, other] = [await givenMapped(), await givenMapped()]
  const started = await Promise.all(Array.from({ length: 20 }, () => startComparison(shop, at('10:00:00'))))
  expect(started.filter((id) => id !== null)).toHaveLength(1)
  expect(await runsOf(shop)).toMatchObject([{ kind: 'reconcile', state: 'queued' }])
  await transaction((on) => cancelOpenRun(shop, 'reset', at('10:00:01'), on))
  expect(await startComparison(shop, at('10:00:02'))).toBeNull()
  expect(await runsOf(other)).toEqual([])
})

test('a comparison as mapped waits for any open run, a connection, and the integration to be on', async () => {
  const [behind, refused, off, gone] = [
    await givenMapped(),
    await givenMapped(),
    await givenMapped(),
    await givenMapped(),
  ]
  await startCatchUpRun(behind, null, at('09:30:00'))
  await givenRefused(refused)
  await givenStatus(off, 'off')
  await uninstallShop(gone, at('09:30:00'))
  for (const shop of [behind, refused, off, gone]) expect(await startComparison(shop, at('10:00:00'))).toBeNull()
  await transaction((on) => cancelOpenRun(behind, 'reset', at('10:00:01'), on))
  expect(await startComparison(behind, at('10:00:02'))).not.toBeNull()
})

async function runNight(shop: ShopDomain, start: Date, { unannounced }: { unannounced: number }): Promise<string> {
  await scheduleReconcile(shop, start)
  const run = (await transaction((on) =>
    startReconcileRun(shop, { next: new Date(start.getTime() + 3_600_000), now: start }, on),
  ))!
  await transaction((on) => stepRun(shop, { id: run, from: 'queued', to: 'reading', now: start }, on))
  const counts = { read: 5, pushed: 5, unchanged: 0, excluded: 0, issues: 0 }
  const chunk = { run, from: 0, to: 500, counts, unannounced, now: start }
  await transaction((on) => advanceCheckpoint(shop, chunk, on))
  return run
}

async function finishNight(shop: ShopDomain, id: string, now: Date): Promise<void> {
  await transaction((on) => stepRun(shop, { id, from: 'reading', to: 'delivering', now }, on))
  await transaction((on) => stepRun(shop, { id, from: 'delivering', to: 'finished', now }, on))
}

test('the last comparison is the newest that finished, with its unreported changes', async () => {
  const shop = await givenConnectedShop()
  expect(await findLastComparison(shop)).toBeNull()
  await finishNight(shop, await runNight(shop, at('01:00:00'), { unannounced: 2 }), at('01:10:00'))
  await finishNight(shop, await runNight(shop, at('02:00:00'), { unannounced: 3 }), at('02:10:00'))
  const last = { startedAt: at('02:00:00'), finishedAt: at('02:10:00'), unannounced: 3 }
  expect(await findLastComparison(shop)).toEqual(last)

  await runNight(shop, at('03:00:00'), { unannounced: 9 })
  expect(await findLastComparison(shop), 'one under way').toEqual(last)
  await transaction((on) => cancelOpenRun(shop, 'superseded', at('03:10:00'), on))
  expect(await findLastComparison(shop), 'one that was cancelled').toEqual(last)
  expect(await findLastComparison(await givenShop()), 'another shop’s').toBeNull()
})

test('unreported changes are counted from zero with a new operation', async () => {
  const shop = await givenConnectedShop()
  const id = await runNight(shop, at('01:00:00'), { unannounced: 2 })
  await transaction((on) => stepRun(shop, { id, from: 'reading', to: 'queued', now: at('01:01:00') }, on))
  await saveRunOperation(shop, {
    id,
    operation: 'gid://2',
    metafields: [],
    askedAt: at('01:02:00'),
    checkAt: at('01:02:01'),
  })
  await transaction((on) => stepRun(shop, { id, from: 'queued', to: 'reading', now: at('01:02:00') }, on))
  await finishNight(shop, id, at('01:10:00'))
  expect(await findLastComparison(shop)).toMatchObject({ unannounced: 0 })
})
