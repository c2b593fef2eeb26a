import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { requestKinds } from '#app/core/flow/outbox.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { reasonCodes } from '#app/core/issue/reason-code.ts'
import { defaultLoyalty } from '#app/core/profile/loyalty.ts'
import { noTimes } from '#app/core/profile/loyalty-times.ts'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { listActivityRows } from '#app/store/activity.ts'
import { clearBlock, clearBlocks, deferKind, saveBlock } from '#app/store/blocked.ts'
import {
  deleteConnection,
  findConnection,
  findCredential,
  refuseConnection,
  saveConnection,
} from '#app/store/connections.ts'
import { clearCoveredMarks } from '#app/store/covered-marks.ts'
import { findCountRead, requestCountRead } from '#app/store/customer-counts.ts'
import { findCustomerFacts } from '#app/store/customer-facts.ts'
import { findCustomerSums } from '#app/store/customer-sums.ts'
import { findDataRequests, saveDataRequest } from '#app/store/data-requests.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { findDelivery, forgetDeliveries, saveDeliveries } from '#app/store/deliveries.ts'
import { fieldSetNames, fieldSetNumber } from '#app/store/field-sets.ts'
import { hasFlowActionRun, saveFlowActionRun } from '#app/store/flow-action-runs.ts'
import { deleteAllProfiles, deleteGone } from '#app/store/forgotten-profiles.ts'
import { listOutdated, saveHourlyCheck, scheduleHourly } from '#app/store/hourly-checks.ts'
import {
  countImports,
  countRunImports,
  forgetImport,
  listCarriedCustomers,
  saveIntendedImport,
  settleImport,
  withdrawImport,
} from '#app/store/imports.ts'
import { changeIntegrationStatus, finishTurningOff, saveDrained, scheduleReconcile } from '#app/store/integration.ts'
import {
  deleteAuthorizations,
  deleteUnreturned,
  findUnreturned,
  keepAuthorization,
  saveAuthorization,
  saveReturn,
  takeAuthorization,
} from '#app/store/klaviyo-authorizations.ts'
import { listDeliveredWith, saveAppDismissed, saveLook, scheduleHeldCheck } from '#app/store/loyalty-looks.ts'
import { restartEvents } from '#app/store/loyalty-settings.ts'
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
import { countReadyMarks, findBacklog, findFirstReady } from '#app/store/mark-counts.ts'
import {
  findMarked,
  leaseMarks,
  makeAllMarksReady,
  markAgain,
  rescheduleMarks,
  saveMarks,
  saveRetries,
  settleMarks,
} from '#app/store/marks.ts'
import { advanceSnapshot, deleteMembershipSnapshot, findMemberships, openSnapshot } from '#app/store/memberships.ts'
import {
  countRequests,
  deferRequest,
  deleteRequests,
  findHeldCustomers,
  findSubjects,
  forgetRequests,
  listDueRequests,
  postponeRequests,
  saveRequests,
} from '#app/store/outbox.ts'
import { countSyncedSince, listProfileCounts } from '#app/store/profile-counts.ts'
import {
  countResolved,
  findListed,
  listInSync,
  listOmitted,
  listResolved,
  listUnsynced,
  listWaiting,
} from '#app/store/profile-lists.ts'
import { findRepairs, forgetRepairs, repairProfiles } from '#app/store/profile-repairs.ts'
import { distrustProfiles, findKnownProfiles, type ProfileRow, saveProfiles } from '#app/store/profiles.ts'
import { addDifferingFields, findContestedFields, listDifferingFields } from '#app/store/read-back-fields.ts'
import {
  deferReadBack,
  endReadBack,
  findOpenReadBack,
  holdReadBack,
  listNextToReadBack,
  listReadBacks,
  moveReadBack,
  startReadBack,
} from '#app/store/read-backs.ts'
import {
  endReasonRetry,
  hasRoomForRetries,
  listReasonRetries,
  markNextOfReason,
  saveReasonRetries,
} from '#app/store/reason-retries.ts'
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
  dropFormerMembers,
  forgetSegmentListsOf,
  listProfilesInSegment,
  listSegmentMembers,
  saveJoined,
  saveJoining,
  saveLeft,
  saveSegmentMembers,
} from '#app/store/segment-list-members.ts'
import {
  findDueSegmentList,
  findSegmentList,
  leaveSegmentLists,
  listSegmentLists,
  moveSegmentList,
  saveListOfSegment,
  saveLookedAt,
  saveSegmentList,
  saveSegmentNames,
  stopSegmentList,
} from '#app/store/segment-lists.ts'
import { saveChoice, saveForgottenFields } from '#app/store/settings.ts'
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
import {
  countTokenUse,
  deleteStatusToken,
  deleteStatusTokens,
  listStatusTokens,
  saveStatusToken,
} from '#app/store/status-tokens.ts'
import {
  countFlowRuns,
  countMarks,
  listHours,
  listIssueWords,
  listOmissionWords,
  listOpenRequests,
  listRequestFacts,
} from '#app/store/support-facts.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import {
  cancelOpenRun,
  cancelRunByHand,
  findLastComparison,
  findLastFullRun,
  findOpenRun,
  findRun,
  listNewestRuns,
  resumeOpenRun,
  stepRun,
} from '#app/store/sync-runs.ts'
import { eraseCustomer, findErased, saveDeleted } from '#app/store/tombstones.ts'
import { markMissingFromRun, saveUnchanged } from '#app/store/unchanged-chunks.ts'
import { listWebhookTopics, saveWebhookTopics } from '#app/store/webhook-topics.ts'
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

const request = {
  ...({ kind: 'upsert', at: now, tookMs: 1, profiles: 1, run: null, outcome: 'accepted', status: 200 } as const),
  ...({ words: null, hash: 'h', klaviyoId: null, cleared: ['properties."odd\\name"'] } as const),
}
const ASKED = { segments: ['gid://shopify/Segment/1'], places: true }
const loyaltyOf = (customerId: typeof ada) => ({ customerId, values: { points: 250, tier: 'Gold' }, times: noTimes })
const loyaltyEvent = (subject: typeof ada) => {
  const payload = { metric: 'points', oldValue: 250, newValue: 300, backfill: false } as const
  return { subject, payload }
}

const nothingFound = { asSent: 0, differing: 0, missing: 0, skipped: 0, repaired: 0 }
const loyaltyPoints = { field: 'properties.loyalty_points', customers: 1, repaired: 1, again: 1, contested: true }

/** Reads profiles back, and finds some that are to be repaired. */
async function readBack(shop: ShopDomain, customers: (typeof ada)[]): Promise<string> {
  await startReadBack(shop, { trigger: 'by_hand', scope: 'all', by: '7', now }, autocommit)
  const { id, place } = (await findOpenReadBack(shop))!
  await addDifferingFields(shop, id, [{ ...loyaltyPoints, examples: customers }], autocommit)
  const profiles = customers.map((customerId) => ({ customerId, hash: 'h', fields: [loyaltyPoints.field] }))
  await transaction((on) => repairProfiles(shop, profiles, now, on))
  await moveReadBack(shop, id, { ...nothingFound, place, notBefore: now, waitsFor: null }, autocommit)
  return id
}

const [TOKEN_ID, TOKEN] = [randomUUID(), 'a token']
const STATE = 'a state'

const SEGMENT = ASKED.segments[0]!
const profileOfBen = { customerId: ben, klaviyoId: 'k' }

/** Keeps a segment as a list, and puts a customer on it. */
async function keepSegment(shop: ShopDomain): Promise<void> {
  await transaction((on) => saveSegmentList(shop, SEGMENT, now, on))
  await saveSegmentMembers(shop, { segment: SEGMENT, walk: 1 }, [ada, ben], autocommit)
  await saveJoining(shop, SEGMENT, [profileOfBen], autocommit)
  await saveJoined(shop, SEGMENT, [profileOfBen], autocommit)
}

/** Everything that can be done with a segment that another shop keeps too. */
async function keepEverySegment(shop: ShopDomain): Promise<void> {
  await keepSegment(shop)
  const kept = (await findDueSegmentList(shop, now))!
  const step = { phase: 'listing', walk: 2, cursor: null, attempt: 0, notBefore: later } as const
  await transaction(async (on) => {
    expect(await moveSegmentList(shop, kept, step, on)).toBe(true)
    await saveSegmentNames(shop, SEGMENT, { segmentName: 'Mine', listName: 'Mine' }, on)
    await saveListOfSegment(shop, SEGMENT, { id: 'mine', name: 'Mine' }, on)
    await saveLeft(shop, SEGMENT, [ada, ben], on)
    await dropFormerMembers(shop, { segment: SEGMENT, walk: 2 }, [ada], on)
    await saveLookedAt(shop, SEGMENT, later, on)
    await forgetSegmentListsOf(shop, ben, on)
    await leaveSegmentLists(shop, later, on)
    await saveSegmentList(shop, SEGMENT, later, on)
    await stopSegmentList(shop, SEGMENT, { problem: 'by_hand', now: later }, on)
  })
}

/** A shop with a row in every table. */
async function givenFullShop(): Promise<{ shop: ShopDomain; job: string; run: string }> {
  const shop = await givenShop()
  const job = randomUUID()
  await recordAccount(shop, `account of ${shop}`, autocommit)
  await saveConnection(shop, { key: 'pk', accountId: `account of ${shop}`, accountName: 'Ada' }, now, autocommit)
  const run = (await transaction((on) => startFullRun(shop, { trigger: 'by_hand', by: null, always: false, now }, on)))!
  await saveMarks([{ shop, customerId: ada, changes: 1, updatedAt: now }], now)
  await saveWebhookTopics([{ shop, topic: 'customers/update', at: now }])
  await scheduleReconcile(shop, at('22:00:00'))
  await transaction((on) => saveProfiles(shop, [noEmail, synced], now, on))
  const profiles = [{ customerId: eve, hash: 'h', fields: ['email'], updatedAt: now }]
  await transaction((on) => saveIntendedImport(shop, { id: job, run, profiles, readAt: now, checkAt: now }, now, on))
  await saveDeliveries(shop, [{ ...request, id: job, customerId: eve }], autocommit)
  expect(await findDelivery(shop, job)).toEqual({ ...request, id: job })
  await saveReasonRetries(shop, ['no_email'], now, autocommit)
  await readBack(shop, [ben])
  await saveDataRequest(shop, { requestId: '1', customerId: ada }, now)
  await saveBlock(shop, 'list', { reason: 'gone', now, until: now }, autocommit)
  await saveRequests(
    shop,
    'merge',
    [{ subject: eve, payload: { keptId: ada, tries: 0 }, holds: [eve, ada] }],
    now,
    autocommit,
  )
  await saveFlowActionRun(shop, 'run', now)
  await saveStatusToken(shop, { id: TOKEN_ID, name: 'Agency', token: TOKEN }, now)
  await saveAuthorization(shop, { userId: '42', state: STATE, verifier: 'verifier', first: 'sync' }, now)
  await requestCountRead(shop, { seen: null, now })
  const snapshot = await openSnapshot(shop, run, ASKED, now)
  const rows = [{ customerId: ada, segment: ASKED.segments[0]! }]
  await advanceSnapshot(shop, run, { from: snapshot, to: { ...snapshot, cursor: 'c' }, rows, now })
  await transaction(async (on) => {
    await saveChoice(shop, 'loyalty', { choice: { ...defaultLoyalty, on: true }, comparedFrom: null }, on)
    await restartEvents(shop, now, on)
    await saveLoyaltyValues(shop, [ada, ben].map(loyaltyOf), on)
    await saveCarriedLoyalty(shop, { job, backfill: false, rows: [loyaltyOf(eve)] }, on)
    await saveRequests(shop, 'event', [ada, ben].map(loyaltyEvent), now, on)
  })
  await keepSegment(shop)
  await transaction((on) => eraseCustomer(shop, customerId(4), [{ email: 'ada@example.com' }], at('23:30:00'), on))
  return { shop, job, run }
}

test('a shop of which nothing is kept is shown nothing of another’s', async () => {
  const { job, run, shop: theirShop } = await givenFullShop()
  const shop = await givenShop()
  const ids = [ada, ben, eve, customerId(4)]

  expect(await findConnection(shop, autocommit)).toBeNull()
  expect(await findCredential(shop)).toBeNull()
  expect(await findDataRequests(shop)).toEqual([])
  expect(await hasFlowActionRun(shop, 'run')).toBe(false)
  expect(await leaseMarks(shop, { lease: randomUUID(), limit: 10, leaseMs: 1, markedSince: null, now: later })).toEqual(
    [],
  )
  expect((await findCustomerSums(shop, { upTo: 10 })).marks).toMatchObject({ all: 0 })
  expect(await countReadyMarks(shop, { upTo: 10, now: later })).toBe(0)
  expect((await findMarked(shop, ids)).size).toBe(0)
  expect(await findBacklog(shop)).toBeNull()
  expect((await findKnownProfiles(shop, ids, autocommit)).size).toBe(0)
  const page = { order: 'newest', after: null, before: null, limit: 10 } as const
  expect(await listUnsynced(shop, { ...page, codes: reasonCodes, foundBy: null })).toEqual([])
  expect(await listInSync(shop, page)).toEqual([])
  expect(await listWaiting(shop, page)).toEqual([])
  expect(await listOmitted(shop, page)).toEqual([])
  expect(await listResolved(shop, { ...page, since: at('00:00:00') })).toEqual([])
  expect(await countResolved(shop, { since: at('00:00:00'), upTo: 10 })).toBe(0)
  expect(await findListed(shop, ids)).toEqual([])
  for (const id of ids)
    expect(await findCustomerFacts(shop, id)).toMatchObject({
      erased: false,
      delivery: null,
      mark: null,
      carried: null,
    })
  expect(await findDelivery(shop, job)).toBeNull()
  expect(await listReasonRetries(shop)).toEqual([])
  expect(await listReadBacks(shop, 9)).toEqual([])
  expect(await startReadBack(shop, { trigger: 'by_hand', scope: 'all', by: null, now }, autocommit)).toBeNull()
  const others = (await findOpenReadBack(theirShop))!
  expect(await holdReadBack(shop, others, autocommit)).toBe(false)
  expect(await listNextToReadBack(shop, { ...others, firstHash: -(2 ** 31) }, 10)).toMatchObject({ customerIds: [] })
  expect(await listDifferingFields(shop, [others.id])).toEqual([])
  expect((await findContestedFields(shop, others.id)).size).toBe(0)
  expect((await findRepairs(shop, ids)).size).toBe(0)
  expect(await hasRoomForRetries(shop, 1)).toBe(true)
  expect(await listProfileCounts(shop)).toEqual([])
  expect(await countSyncedSince(shop, at('00:00:00'))).toBe(0)
  expect(await listCarriedCustomers(shop, job, autocommit)).toEqual([])
  expect(await countRunImports(shop, run, 'all')).toBe(0)
  expect(await findOpenRun(shop, autocommit)).toBeNull()
  expect(await findLastFullRun(shop)).toBeNull()
  expect(await findRun(shop, run)).toBeNull()
  expect(await findLastComparison(shop)).toBeNull()
  expect(await countImports(shop, autocommit)).toBe(0)
  expect(await findFirstReady(shop)).toBeNull()
  expect(await listWebhookTopics(shop)).toEqual([])
  expect(await listStatusTokens(shop)).toEqual([])
  expect(await countTokenUse(shop, TOKEN, later)).toEqual({ kind: 'unknown' })
  expect(await listNewestRuns(shop, 10)).toEqual([])
  expect(await listIssueWords(shop)).toEqual([])
  expect(await listOmissionWords(shop)).toEqual([])
  expect(await listRequestFacts(shop)).toEqual([])
  expect(await listHours(shop, 10)).toEqual([])
  expect(await listOpenRequests(shop)).toEqual([])
  expect(await countMarks(shop, later)).toEqual({ waiting: 0, leased: 0, retried: 0, confirming: 0 })
  expect(await countFlowRuns(shop)).toBe(0)
  expect(await listActivityRows(shop, { after: null, limit: 100 })).toEqual([])
  expect(await findErased(shop, ids, autocommit)).toEqual(new Set())
  for (const kind of requestKinds) {
    expect(await listDueRequests(shop, kind, { accountId: 'KA', limit: 10, now: later })).toEqual([])
    expect(await findSubjects(shop, kind, ids, autocommit)).toEqual(new Set())
  }
  expect(await findHeldCustomers(shop)).toEqual(new Set())
  expect((await transaction((on) => findKnownLoyalty(shop, ids, on))).size).toBe(0)
  expect(await transaction((on) => listCarriedLoyalty(shop, job, on))).toEqual([])
  expect(await countRequests(shop, 'event')).toBe(0)
  expect(await listNextWork(shop, later)).toEqual([])
  expect(await findMemberships(shop, run, ids)).toEqual(new Map())
  expect(await listSegmentLists(shop)).toEqual([])
  expect(await findSegmentList(shop, SEGMENT)).toBeNull()
  expect(await listSegmentMembers(shop, { segment: SEGMENT, walk: 1, after: null }, 10)).toEqual([])
  expect(await listProfilesInSegment(shop, { segment: SEGMENT, walk: 1 }, ['k'])).toEqual(new Set())
  const changed = ids.map((customerId) => ({ customerId, updatedAt: now }))
  expect(await listOutdated(shop, changed)).toEqual(changed)
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
  const seen = [{ id: 'smile', since: now.toISOString(), dismissed: false, sources: [] }] as const
  await saveLook(shop, { seen, held: [], lookedAt: now, heldCheckAt: null }, autocommit)
  await saveAppDismissed(shop, 'smile')
  await scheduleHeldCheck(shop, now)
  await listDeliveredWith(shop, ['email'], { upTo: 20 })
  await deleteMembershipSnapshot(shop, theirs)
  const written = { rows: 5, now: later }
  await deferRun(shop, { id: theirs, notBefore: later, attempt: 3, waitsFor: 'shopify_away', expected: 9, written })
  await makeRunDue(shop, 'gid://1', later)
  await saveStatusToken(shop, { id: randomUUID(), name: 'Agency', token: 'another' }, later)
  await countTokenUse(shop, TOKEN, later)
  await deleteStatusToken(shop, TOKEN_ID)
  await deleteStatusTokens(shop)
  await saveAuthorization(shop, { userId: '42', state: 'another', verifier: 'verifier', first: 'sync' }, later)
  await findUnreturned(shop, '42', now)
  await saveReturn(shop, { state: STATE, ticket: 'ticket', returned: { kind: 'code', code: 'code' } }, now)
  const taken = await takeAuthorization(shop, { userId: '42', ticket: 'ticket' }, now)
  if (taken) await keepAuthorization(shop, taken, { tokens: 'tokens' }, later)
  await deleteUnreturned(shop, '42')
  await deleteAuthorizations(shop, autocommit)
  await cancelRunByHand(shop, { id: theirs, by: '7', now: later })

  await transaction(async (on) => {
    await lockShop(shop, on)
    await saveChoice(
      shop,
      'syncing',
      {
        choice: { syncDelayMs: 3_600_000, nightlyReconcile: true, hourlyCheck: false, holdAbovePercent: 30 },
        comparedFrom: null,
      },
      on,
    )
    await saveChoice(shop, 'audience', { choice: defaultAudience, comparedFrom: later }, on)
    await saveForgottenFields(shop, { forgotten: [], changedAt: later }, on)
    await restartEvents(shop, later, on)
    await rescheduleMarks(shop, on)
  })
  const counted = (await findCountRead(shop))!
  await requestCountRead(shop, { seen: counted.holder, now: later })
  await saveDrained(shop, { startedAt: later, now: later })
  await transaction((on) => changeIntegrationStatus(shop, 'turning_off', on))
  await forgetRequests(shop, ['import', 'run_import'], autocommit)
  expect(await finishTurningOff(shop, { holder: null, now: later }, autocommit)).toBe(true)
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
  await saveWebhookTopics([{ shop, topic: 'customers/update', at: later }])
  await transaction((on) => {
    const choice = { syncDelayMs: 0, nightlyReconcile: true, hourlyCheck: true, holdAbovePercent: 30 }
    return saveChoice(shop, 'syncing', { choice, comparedFrom: null }, on)
  })
  await scheduleHourly(shop, later)
  await saveHourlyCheck(shop, { since: now, newest: later, cursor: 'c' }, { nextAt: later, doneAt: now })
}

/** Everything that can be done with loyalty values and events; `theirs` are another shop's. */
async function tellEverything(shop: ShopDomain, theirs: { shop: ShopDomain; job: string }): Promise<void> {
  const events = await listDueRequests(theirs.shop, 'event', {
    accountId: `account of ${theirs.shop}`,
    limit: 10,
    now: later,
  })
  expect(events).toHaveLength(2)
  const ids = events.map(({ id }) => id)
  for (const id of ids) await deferRequest(shop, id, { attempt: 5, notBefore: later }, autocommit)
  await postponeRequests(shop, ids, later)
  await deleteRequests(shop, ids, autocommit)
  await forgetRequests(shop, requestKinds, autocommit)
  await saveBlock(shop, 'event', { reason: 'scope_missing', now: later, until: later }, autocommit)
  await deferKind(shop, 'list', { now: later, until: later })
  await clearBlock(shop, 'event', autocommit)
  await transaction((on) => clearBlocks(shop, on))
  await transaction(async (on) => {
    expect(await listCarriedLoyalty(shop, theirs.job, on)).toEqual([])
    await withdrawCarriedLoyalty(shop, theirs.job, on)
    await dropCarriedLoyalty(shop, theirs.job, on)
    await saveLoyaltyBackfill(shop, [ada, ben, eve], on)
    await forgetLoyaltyKinds(shop, ['points', 'tier'], on)
    await forgetLoyaltyOf(shop, [ada], on)
  })
  await forgetLoyalty(shop, autocommit)
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
  await transaction((on) => settleMarks(shop, { lease, cleared: marks, deferred: [] }, later, on))
  await saveMarks([{ shop, customerId: ada, changes: 3, updatedAt: later, ordered: true }], later)
  await saveRetries(shop, [{ customerId: ben, attempt: 1, notBefore: later, singleOnly: true }], later, autocommit)
  await makeAllMarksReady(shop, at('09:00:00'), autocommit)
  await markAgain(shop, [ada], later, autocommit, 'sync_now')
  await distrustProfiles(shop, [ada, ben], autocommit)
  await saveReasonRetries(shop, reasonCodes, later, autocommit)
  for (const code of reasonCodes) {
    await markNextOfReason(shop, { code, limit: 10, now: later }, autocommit)
    await endReasonRetry(shop, code, autocommit)
  }
  const theirReadBack = (await findOpenReadBack(theirs.shop))!
  await readBack(shop, [ada, ben])
  await addDifferingFields(shop, theirReadBack.id, [{ ...loyaltyPoints, examples: [ada] }], autocommit)
  await moveReadBack(
    shop,
    theirReadBack.id,
    { ...nothingFound, asSent: 5, place: theirReadBack.place, notBefore: later, waitsFor: 'klaviyo' },
    autocommit,
  )
  await deferReadBack(shop, theirReadBack.id, { notBefore: later, waitsFor: 'shopify' })
  await endReadBack(shop, { end: 'stopped', now: later }, autocommit)
  await forgetRepairs(shop, autocommit)
  await saveDeliveries(shop, [{ ...request, id: theirs.job, customerId: eve }], autocommit)
  await forgetDeliveries(shop, [ada, eve], autocommit)
  await clearCoveredMarks(
    shop,
    { madeBefore: at('23:59:59'), customers: [{ customerId: ada, updatedAt: later }], laterRead: (at) => at },
    autocommit,
  )
  await transaction((on) =>
    saveProfiles(
      shop,
      [
        { ...noEmail, code: 'invalid_email', state: 'issue' },
        { ...synced, state: 'gone' },
      ],
      later,
      on,
    ),
  )
  await transaction((on) => settleImport(shop, theirs.job, [eve], later, on))
  await transaction((on) => withdrawImport(shop, theirs.job, { customers: [eve], before: new Map() }, on))
  await transaction((on) => forgetImport(shop, theirs.job, on))
  await transaction((on) => settleImport(shop, job, [], later, on))
  await saveRunOperation(shop, { id: theirs.run, operation: 'gid://1', metafields: [], askedAt: later, checkAt: later })
  await transaction((on) => stepRun(shop, { id: theirs.run, from: 'queued', to: 'reading', now: later }, on))
  await transaction((on) => stepRun(shop, { id: run, from: 'queued', to: 'reading', now: later }, on))
  await transaction((on) => saveUnchanged(shop, { run: theirs.run, chunk: 0, customers: [ada] }, on))
  await transaction((on) => markMissingFromRun(shop, { run: theirs.run, askedAt: at('23:59:59'), now: later }, on))
  await controlEverything(shop, theirs.run)
  await keepEverySegment(shop)
  await tellEverything(shop, theirs)
  await transaction((on) => cancelOpenRun(shop, 'test', later, on))
  await deleteGone(shop)
  await forgetRequests(shop, ['import', 'run_import'], autocommit)
  await addToHour(shop, { read: 5 }, now, autocommit)
  await transaction((on) => saveDeleted(shop, customerId(4), later, on))
  await transaction((on) => eraseCustomer(shop, ada, [], later, on))
  await saveShopFacts(shop, { name: 'Ben', timeZone: 'Europe/Berlin', currency: 'EUR', scopes: '', b2b: false }, later)
  await forgetShopFacts(shop)
  await recordAccount(shop, 'another', autocommit)
  await refuseConnection((await findConnection(shop, autocommit))!, later)
  await deleteConnection(shop, autocommit)
  await transaction((on) => deleteAllProfiles(shop, on))
  await uninstallShop(shop, later)
  const own = await all(shop)
  expect(own.filter((row) => row.startsWith('webhook_topic '))).toHaveLength(1)
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
  expect(new Set(await listIdleShops(shops, at('10:00:15')))).toEqual(new Set([idle, taken]))
})
