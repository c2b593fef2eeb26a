import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { reasonCodes } from '#app/core/issue/reason-code.ts'
import { defaultLoyalty } from '#app/core/profile/loyalty.ts'
import { defaultRules } from '#app/core/profile/rules.ts'
import { listActivityRows } from '#app/store/activity.ts'
import {
  deleteConnection,
  findConnection,
  findCredential,
  refuseConnection,
  saveConnection,
} from '#app/store/connections.ts'
import { findCountRead, requestCountRead } from '#app/store/customer-counts.ts'
import { findDataRequests, saveDataRequest } from '#app/store/data-requests.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { fieldSetNames, fieldSetNumber } from '#app/store/field-sets.ts'
import { hasFlowActionRun, saveFlowActionRun } from '#app/store/flow-action-runs.ts'
import {
  countJobs,
  countRunJobs,
  forgetAllJobs,
  forgetJob,
  listCarriedCustomers,
  listDueJobs,
  saveIntendedJob,
  saveNextCheck,
  settleJob,
  withdrawJob,
} from '#app/store/import-jobs.ts'
import {
  changeIntegrationStatus,
  finishTurningOff,
  saveDrained,
  saveIntegrationSettings,
  saveShopRules,
  scheduleReconcile,
} from '#app/store/integration.ts'
import {
  countEvents,
  deferEvent,
  deleteEvents,
  dropEvent,
  type LoyaltyEvent,
  listDueEvents,
  postponeEvents,
  saveLoyaltyEvents,
} from '#app/store/loyalty-events.ts'
import { allowEvents, refuseEvents, saveShopLoyalty } from '#app/store/loyalty-settings.ts'
import {
  dropCarriedLoyalty,
  findKnownLoyalty,
  forgetLoyalty,
  forgetLoyaltyKinds,
  forgetLoyaltyOf,
  listCarriedLoyalty,
  saveCarriedLoyalty,
  saveLoyaltyBackfill,
  saveLoyaltyValues,
  withdrawCarriedLoyalty,
} from '#app/store/loyalty-values.ts'
import { countReadyMarks, countWaitingMarks, findBacklog, findFirstReady } from '#app/store/mark-counts.ts'
import {
  clearCoveredMarks,
  leaseMarks,
  makeAllMarksReady,
  markMissingFromRun,
  rescheduleMarks,
  saveMarks,
  saveRetries,
  settleMarks,
} from '#app/store/marks.ts'
import { advanceSnapshot, deleteMembershipSnapshot, findMemberships, openSnapshot } from '#app/store/memberships.ts'
import { countSyncedSince, listProfileCounts } from '#app/store/profile-counts.ts'
import { listUnsynced } from '#app/store/profile-lists.ts'
import { deleteAllProfiles, deleteGone, findKnownProfiles, type ProfileRow, saveProfiles } from '#app/store/profiles.ts'
import {
  advanceCheckpoint,
  countRefused,
  deferRun,
  makeRunDue,
  saveRunOperation,
  saveSnapshotProgress,
} from '#app/store/run-progress.ts'
import { startBaselineRun, startCatchUpRun, startFullRun, startReconcileRun } from '#app/store/run-starts.ts'
import {
  acquireShopLease,
  listIdleShops,
  listNextWork,
  releaseShopLease,
  renewShopLease,
} from '#app/store/shop-leases.ts'
import {
  eraseShop,
  forgetShopFacts,
  lockShop,
  recordAccount,
  saveSegmentsGone,
  saveShopFacts,
  uninstallShop,
} from '#app/store/shops.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import {
  cancelOpenRun,
  cancelRunByHand,
  findLastComparison,
  findLastFullRun,
  findOpenRun,
  findRun,
  resumeOpenRun,
  stepRun,
} from '#app/store/sync-runs.ts'
import { deferDeletion, eraseCustomer, findErased, listDueDeletions, saveDeleted } from '#app/store/tombstones.ts'
import { listTopicsHeard, saveTopicsHeard } from '#app/store/topics-heard.ts'
import { at, customerId, givenShop, useStore } from './given-store.ts'

const store = useStore()

// Every shop numbers its customers from the same number, and ids of the same customers are in all of them.
const [ada, ben, eve] = [1, 2, 3].map(customerId) as [
  ReturnType<typeof customerId>,
  ReturnType<typeof customerId>,
  ReturnType<typeof customerId>,
]
const now = at('10:00:00')
const later = at('23:00:00')

const noEmail: ProfileRow = {
  customerId: ada,
  state: 'excluded',
  code: 'no_email',
  words: null,
  conflictsWith: null,
  klaviyoId: null,
  hash: null,
  fields: null,
  shopifyUpdatedAt: now,
  syncedAt: null,
}
const synced: ProfileRow = {
  ...noEmail,
  customerId: ben,
  state: 'synced',
  code: null,
  hash: 'h',
  fields: ['email'],
  syncedAt: now,
}

const ASKED = { segments: ['gid://shopify/Segment/1'], places: true }
const loyaltyOf = (customerId: typeof ada) => ({ customerId, values: { points: 250, tier: 'Gold' } })
const loyaltyEvent = (customerId: typeof ada): LoyaltyEvent => {
  const change = { kind: 'points', oldValue: 250, newValue: 300 } as const
  return { ...change, id: randomUUID(), customerId, at: now, backfill: false }
}

/** A shop with a row in every table. */
async function givenFullShop(): Promise<{ shop: ShopDomain; job: string; run: string }> {
  const shop = await givenShop()
  const job = randomUUID()
  await recordAccount(shop, `account of ${shop}`)
  await saveConnection(shop, { key: 'pk', accountId: `account of ${shop}`, accountName: 'Ada' }, now, autocommit)
  const run = (await transaction((on) => startFullRun(shop, { trigger: 'by_hand', by: null, always: false, now }, on)))!
  await saveMarks([{ shop, customerId: ada, changes: 1, updatedAt: now }], now)
  await saveTopicsHeard([{ shop, topic: 'customers/update', at: now }])
  await scheduleReconcile(shop, at('22:00:00'))
  await saveProfiles(shop, [noEmail, synced], now)
  const profiles = [{ customerId: eve, hash: 'h', fields: ['email'], updatedAt: now }]
  await transaction((on) => saveIntendedJob(shop, { id: job, run, profiles, readAt: now, checkAt: now }, now, on))
  await saveDataRequest(shop, { requestId: '1', customerId: ada }, now)
  await saveFlowActionRun(shop, 'run', now)
  await requestCountRead(shop, { seen: null, now })
  const snapshot = await openSnapshot(shop, run, ASKED, now)
  const rows = [{ customerId: ada, segment: ASKED.segments[0]! }]
  await advanceSnapshot(shop, run, { from: snapshot, to: { ...snapshot, cursor: 'c' }, rows, now })
  await transaction(async (on) => {
    await saveShopLoyalty(shop, { choice: { ...defaultLoyalty, on: true }, compares: false, now }, on)
    await saveLoyaltyValues(shop, [ada, ben].map(loyaltyOf), on)
    await saveCarriedLoyalty(shop, { job, backfill: false, rows: [loyaltyOf(eve)] }, on)
    await saveLoyaltyEvents(shop, [loyaltyEvent(ada), loyaltyEvent(ben)], on)
  })
  await transaction((on) => eraseCustomer(shop, customerId(4), [{ email: 'ada@example.com' }], at('23:30:00'), on))
  return { shop, job, run }
}

test('a shop of which nothing is kept is shown nothing of another’s', async () => {
  const { job, run } = await givenFullShop()
  const shop = await givenShop()
  const ids = [ada, ben, eve, customerId(4)]

  expect(await findConnection(shop, autocommit)).toBeNull()
  expect(await findCredential(shop)).toBeNull()
  expect(await findDataRequests(shop)).toEqual([])
  expect(await hasFlowActionRun(shop, 'run')).toBe(false)
  expect(await leaseMarks(shop, { lease: randomUUID(), limit: 10, leaseMs: 1, markedSince: null, now: later })).toEqual(
    [],
  )
  expect(await countWaitingMarks(shop, { upTo: 10 })).toMatchObject({ all: 0 })
  expect(await countReadyMarks(shop, { upTo: 10, now: later })).toBe(0)
  expect(await findBacklog(shop)).toBeNull()
  expect((await findKnownProfiles(shop, ids)).size).toBe(0)
  expect(await listUnsynced(shop, { codes: reasonCodes, foundBy: null, after: null, limit: 10 })).toEqual([])
  expect(await listProfileCounts(shop)).toEqual([])
  expect(await countSyncedSince(shop, at('00:00:00'))).toBe(0)
  expect(await listDueJobs(shop, { ofRuns: true, now: later })).toEqual([])
  expect(await listCarriedCustomers(shop, job)).toEqual([])
  expect(await countRunJobs(shop, run, 'all')).toBe(0)
  expect(await findOpenRun(shop, autocommit)).toBeNull()
  expect(await findLastFullRun(shop)).toBeNull()
  expect(await findRun(shop, run)).toBeNull()
  expect(await findLastComparison(shop)).toBeNull()
  expect(await countJobs(shop)).toBe(0)
  expect(await findFirstReady(shop)).toBeNull()
  expect(await listTopicsHeard(shop)).toEqual([])
  expect(await listActivityRows(shop, { after: null, limit: 100 })).toEqual([])
  expect(await findErased(shop, ids)).toEqual(new Set())
  expect(await listDueDeletions(shop, 'KA', 10, later)).toEqual([])
  expect((await transaction((on) => findKnownLoyalty(shop, ids, on))).size).toBe(0)
  expect(await transaction((on) => listCarriedLoyalty(shop, job, on))).toEqual([])
  expect(await listDueEvents(shop, 10, later)).toEqual([])
  expect(await countEvents(shop)).toBe(0)
  expect(await listNextWork(shop, later)).toEqual([])
  expect(await findMemberships(shop, run, ids)).toEqual(new Map())
})

test('a field set’s number means nothing in another shop', async () => {
  const [one, other] = [await givenShop(), await givenShop()]
  const number = await fieldSetNumber(one, ['email', 'first_name'], autocommit)
  expect((await fieldSetNames(one, [number], autocommit)).get(number)).toEqual(['email', 'first_name'])
  expect((await fieldSetNames(other, [number], autocommit)).get(number)).toEqual([])
})

/** Everything that can be done with runs, the status and the settings; `theirs` is a run of another shop. */
async function controlEverything(shop: ShopDomain, theirs: string): Promise<void> {
  const counts = { read: 5, pushed: 5, unchanged: 0, excluded: 0, issues: 0 }
  const chunk = { run: theirs, from: 0, to: 500, counts, unannounced: 1, now: later }
  await transaction((on) => advanceCheckpoint(shop, chunk, on))
  await transaction((on) => countRefused(shop, theirs, 3, later, on))
  const snapshot = await openSnapshot(shop, theirs, ASKED, later)
  await advanceSnapshot(shop, theirs, { from: snapshot, to: { ...snapshot, complete: true }, rows: [], now: later })
  await saveSnapshotProgress(shop, theirs)
  await saveSegmentsGone(shop, ASKED.segments)
  await deleteMembershipSnapshot(shop, theirs)
  const gathered = { rows: 5, now: later }
  await deferRun(shop, { id: theirs, notBefore: later, attempt: 3, waitsFor: 'shopify_away', expected: 9, gathered })
  await makeRunDue(shop, 'gid://1', later)
  await cancelRunByHand(shop, { id: theirs, by: '7', now: later })

  await transaction(async (on) => {
    await lockShop(shop, on)
    await saveIntegrationSettings(shop, { syncDelayMs: 3_600_000, nightlyReconcile: true }, on)
    await saveShopRules(shop, { rules: defaultRules, comparedFrom: later }, on)
    await rescheduleMarks(shop, on)
  })
  const counted = (await findCountRead(shop))!
  await requestCountRead(shop, { seen: counted.holder, now: later })
  await saveDrained(shop, { startedAt: later, now: later })
  await transaction((on) => changeIntegrationStatus(shop, 'turning_off', on))
  await forgetAllJobs(shop)
  expect(await finishTurningOff(shop, { holder: null, now: later })).toBe(true)
  await transaction((on) => changeIntegrationStatus(shop, 'on', on))
  expect(await transaction((on) => resumeOpenRun(shop, later, on))).toBe(true)
  await transaction((on) => cancelOpenRun(shop, 'test', later, on))
  await scheduleReconcile(shop, now)
  expect(await transaction((on) => startReconcileRun(shop, { next: later, now }, on))).not.toBeNull()
  await transaction((on) => cancelOpenRun(shop, 'test', later, on))
  await transaction((on) => startBaselineRun(shop, { by: null, now }, on))
  await transaction((on) => cancelOpenRun(shop, 'test', later, on))
  await startCatchUpRun(shop, null, now)
  await transaction((on) => startFullRun(shop, { trigger: 'switched_on', by: null, always: true, now: later }, on))
  await saveTopicsHeard([{ shop, topic: 'customers/update', at: later }])
}

/** Everything that can be done with loyalty values and events; `theirs` are another shop's. */
async function tellEverything(shop: ShopDomain, theirs: { shop: ShopDomain; job: string }): Promise<void> {
  const events = await listDueEvents(theirs.shop, 10, later)
  for (const { id } of events) {
    await deferEvent(shop, id, { attempt: 5, notBefore: later })
    await dropEvent(shop, id)
  }
  const ids = events.map(({ id }) => id)
  await postponeEvents(shop, ids, later)
  await deleteEvents(shop, ids)
  await refuseEvents(shop, { now: later, retryAt: later })
  await allowEvents(shop)
  await transaction(async (on) => {
    expect(await listCarriedLoyalty(shop, theirs.job, on)).toEqual([])
    await withdrawCarriedLoyalty(shop, theirs.job, on)
    await dropCarriedLoyalty(shop, theirs.job, on)
    await saveLoyaltyBackfill(shop, [ada, ben, eve], on)
    await forgetLoyaltyKinds(shop, ['points', 'tier'], on)
    await forgetLoyaltyOf(shop, [ada], on)
  })
  await forgetLoyalty(shop)
}

/** Returns everything that is stored of a shop, as text. */
async function all(shop: ShopDomain): Promise<string[]> {
  const tables = await store.rows(
    `select table_name, column_name from information_schema.columns
     where table_schema = 'public' and (column_name = 'shop' or (table_name = 'shop' and column_name = 'domain'))`,
  )
  const held = await Promise.all(
    tables.map(({ table_name: table, column_name: column }) =>
      store.rows(`select '${table} ' || t::text as row from "${table}" t where ${column} = $1 order by 1`, shop),
    ),
  )
  return held.flat().map(({ row }) => row)
}

test('whatever is done to one shop, nothing that is stored of another changes', async () => {
  const theirs = await givenFullShop()
  const { shop, job, run } = await givenFullShop()
  const before = await all(theirs.shop)
  expect(before.length).toBeGreaterThan(12)

  const holder = randomUUID()
  await acquireShopLease(shop, { holder, now: later, until: later })
  await renewShopLease(shop, { holder, until: later })
  await releaseShopLease(shop, holder)
  const lease = randomUUID()
  const marks = await leaseMarks(shop, { lease, limit: 10, leaseMs: 1, markedSince: null, now: later })
  await settleMarks(shop, { lease, cleared: marks, deferred: [] }, later)
  await saveMarks([{ shop, customerId: ada, changes: 3, updatedAt: later }], later)
  await saveRetries(shop, [{ customerId: ben, attempt: 1, notBefore: later, singleOnly: true }], later)
  await makeAllMarksReady(shop, at('09:00:00'))
  await clearCoveredMarks(shop, { madeBefore: at('23:59:59'), customers: [{ customerId: ada, updatedAt: later }] })
  await saveProfiles(
    shop,
    [
      { ...noEmail, code: 'invalid_email', state: 'issue' },
      { ...synced, state: 'gone' },
    ],
    later,
  )
  await saveNextCheck(shop, theirs.job, later)
  await transaction((on) => settleJob(shop, theirs.job, [eve], later, on))
  await transaction((on) => withdrawJob(shop, theirs.job, on))
  await transaction((on) => forgetJob(shop, theirs.job, on))
  await transaction((on) => settleJob(shop, job, [], later, on))
  await saveRunOperation(shop, { id: theirs.run, operation: 'gid://1', metafields: [], askedAt: later, checkAt: later })
  await transaction((on) => stepRun(shop, { id: theirs.run, from: 'queued', to: 'reading', now: later }, on))
  await transaction((on) => stepRun(shop, { id: run, from: 'queued', to: 'reading', now: later }, on))
  await markMissingFromRun(shop, at('23:59:59'), later)
  await controlEverything(shop, theirs.run)
  await tellEverything(shop, theirs)
  await transaction((on) => cancelOpenRun(shop, 'test', later, on))
  await deleteGone(shop)
  await forgetAllJobs(shop)
  await addToHour(shop, { read: 5 }, now, autocommit)
  await transaction((on) => saveDeleted(shop, customerId(4), later, on))
  await deferDeletion(shop, customerId(4), { attempt: 3, notBefore: later })
  await transaction((on) => eraseCustomer(shop, ada, [], later, on))
  await saveShopFacts(shop, { name: 'Ben', timeZone: 'Europe/Berlin', currency: 'EUR', scopes: '', b2b: false }, later)
  await forgetShopFacts(shop)
  await recordAccount(shop, 'another')
  await refuseConnection((await findConnection(shop, autocommit))!, later)
  await deleteConnection(shop, autocommit)
  await deleteAllProfiles(shop)
  await uninstallShop(shop, later)
  const own = await all(shop)
  expect(own.filter((row) => row.startsWith('topic_heard '))).toHaveLength(1)
  expect(own.filter((row) => row.startsWith('sync_run ')).length).toBeGreaterThan(4)
  await eraseShop(shop)

  expect(await all(shop)).toEqual([])
  expect(await all(theirs.shop)).toEqual(before)
})

test('only shops without a lease holder are idle', async () => {
  const [idle, taken, gone] = [await givenShop(), await givenShop(), await givenShop()]
  await acquireShopLease(taken, { holder: randomUUID(), now, until: at('10:00:15') })
  await uninstallShop(gone, now)
  const shops = [idle, taken, gone, 'stranger.myshopify.com' as ShopDomain]

  expect(await listIdleShops(shops, at('10:00:14'))).toEqual([idle])
  expect(await listIdleShops(shops, at('10:00:15'))).toEqual([idle, taken])
})
