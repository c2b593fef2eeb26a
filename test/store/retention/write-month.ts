import { randomUUID } from 'node:crypto'
import type { ShopDomain } from '#app/core/ids.ts'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { defaultInForce } from '#app/core/settings/mapping.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { saveChannel } from '#app/store/alert-channels.ts'
import { recordAttempt, saveMessage } from '#app/store/alert-messages.ts'
import { watchIfTold } from '#app/store/alert-watches.ts'
import { endAlert, openAlert } from '#app/store/alerts.ts'
import { saveBlock } from '#app/store/blocked.ts'
import { saveBulkStarted } from '#app/store/bulk-access.ts'
import { findCountRead, requestCountRead } from '#app/store/customer-counts.ts'
import { saveDataRequest } from '#app/store/data-requests.ts'
import { autocommit, execute, sql, transaction } from '#app/store/database.ts'
import { saveDeliveries } from '#app/store/deliveries.ts'
import { endDryRun, saveNewDryRun } from '#app/store/dry-runs.ts'
import { saveFlowActionRun } from '#app/store/flow-action-runs.ts'
import { saveFlowRequests, saveFlowTriggerUse } from '#app/store/flow-triggers.ts'
import { saveIntendedImport, settleImport } from '#app/store/imports.ts'
import { saveAuthorization } from '#app/store/klaviyo-authorizations.ts'
import { reserveCalls } from '#app/store/klaviyo-budgets.ts'
import { requestKlaviyoIds } from '#app/store/klaviyo-ids.ts'
import { saveRevocationOf } from '#app/store/klaviyo-revocations.ts'
import { saveMarks } from '#app/store/marks.ts'
import { advanceSnapshot, openSnapshot } from '#app/store/memberships.ts'
import { openOperatorFault } from '#app/store/operator-faults.ts'
import { saveRequests } from '#app/store/outbox.ts'
import { repairProfiles } from '#app/store/profile-repairs.ts'
import { saveProfiles } from '#app/store/profiles.ts'
import { addDifferingFields } from '#app/store/read-back-fields.ts'
import { endReadBack, findOpenReadBack, startReadBack } from '#app/store/read-backs.ts'
import { saveReasonRetries } from '#app/store/reason-retries.ts'
import { countRequest } from '#app/store/request-limits.ts'
import { saveRunOperation } from '#app/store/run-progress.ts'
import { startFullRun } from '#app/store/run-starts.ts'
import { saveSegmentMembers } from '#app/store/segment-list-members.ts'
import { saveSegmentList, stopSegmentList } from '#app/store/segment-lists.ts'
import { saveSegmentSync } from '#app/store/segment-syncs.ts'
import { deleteStatusTokens, saveStatusToken } from '#app/store/status-tokens.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import { stepRun } from '#app/store/sync-runs.ts'
import { eraseCustomer } from '#app/store/tombstones.ts'
import { saveUnchanged } from '#app/store/unchanged-chunks.ts'
import { saveWebhookTopics } from '#app/store/webhook-topics.ts'
import { customerId } from '../given-store.ts'

const HOUR_MS = 60 * 60_000
/** Customers that a shop has at a time: each month the newest are added and as many of the oldest are erased. */
const CUSTOMERS = 4
const NEW_A_MONTH = 2

/** Writes what a shop writes in a month of thirty days, from `start` on. A shop without a worker finishes nothing that it begins. */
export async function writeMonth(
  shop: ShopDomain,
  { month, start, isLeftAlone }: { month: number; start: Date; isLeftAlone: boolean },
): Promise<void> {
  const now = new Date(start.getTime() + HOUR_MS)
  const newest = (month + 2) * NEW_A_MONTH
  const ids = Array.from({ length: CUSTOMERS }, (_, i) => customerId(newest - i))
  const erased = Array.from({ length: NEW_A_MONTH }, (_, i) => customerId(newest - CUSTOMERS - i))
  const fields = ['email', `properties.month_${month}`]

  const login = { userId: '42', state: randomUUID(), verifier: 'verifier', first: 'sync' } as const
  await saveAuthorization(shop, login, now)
  await saveRevocationOf({ accountId: shop, refreshToken: 'token' }, now, autocommit)
  await saveBulkStarted(now)
  await openOperatorFault('bulk_refused', now)
  await deleteStatusTokens(shop)
  await countRequest(shop, 'search', now)
  await saveStatusToken(shop, { id: randomUUID(), name: 'Agency', token: randomUUID() }, now)
  await saveWebhookTopics([{ shop, topic: 'customers/update', at: now }])
  await saveMarks([{ shop, customerId: ids[0]!, changes: 1, updatedAt: now }], now)
  await addToHour(shop, { read: 1 }, now, autocommit)
  await writeHistory(shop, start)
  await tellOfAlert(shop, now)
  await runInFull(shop, { customer: ids[0]!, now, isLeftAlone })
  const row = { state: 'synced', code: null, words: null, conflictsWith: null, klaviyoId: null, hash: 'h' } as const
  const bad = { ...row, state: 'excluded', code: 'no_email', hash: null, fields: null, syncedAt: null } as const
  await transaction((on) => saveProfiles(shop, [{ ...bad, customerId: ids[0]!, shopifyUpdatedAt: now }], now, on))
  await saveReasonRetries(shop, ['no_email'], now, autocommit)
  await transaction((on) =>
    saveProfiles(
      shop,
      ids.map((id) => ({ ...row, customerId: id, fields, shopifyUpdatedAt: now, syncedAt: now })),
      now,
      on,
    ),
  )
  await readBackOnce(shop, ids[1]!, now)
  await dryRunOnce(shop, now)
  for (const id of erased) {
    await transaction((on) => eraseCustomer(shop, id, [{ email: `${id}@example.com` }], now, on))
  }
  await importOne(shop, { id: ids[1]!, fields, now, isLeftAlone })
  const merge = { subject: `${1_000 + month}`, payload: { keptId: ids[0]!, tries: 0 }, holds: [ids[0]!] }
  await saveRequests(shop, 'merge', [merge], now, autocommit)
  const payload = { metric: 'points' as const, oldValue: 1, newValue: 2, backfill: false }
  await saveRequests(shop, 'event', [{ subject: ids[0]!, payload }], now, autocommit)
  await saveBlock(shop, 'list', { reason: 'gone', now, until: now }, autocommit)
  await saveDataRequest(shop, { requestId: `${month}`, customerId: ids[0]! }, now)
  await saveFlowActionRun(shop, `${month}`, now)
  await saveFlowTriggerUse(shop, { trigger: 'sync_stopped', used: true, toldAt: now })
  await transaction((on) =>
    saveFlowRequests(shop, 'sync_stopped', { requests: [{ customerId: null, fields: {} }], now }, on),
  )
  await saveSegmentSync(shop, `gid://shopify/Segment/${month}`, now)
  const segment = `gid://shopify/Segment/${month}`
  await transaction((on) => saveSegmentList(shop, segment, now, on))
  await transaction((on) => saveSegmentMembers(shop, { segment, walk: 1 }, ids, on))
  await stopSegmentList(shop, segment, { problem: 'by_hand', now }, autocommit)
  await reserveCalls(`account ${month} of ${shop}`, endpoints.upsertProfile, { wanted: 1, now })
  await count(shop, ids[0]!, now)
  await execute(
    sql`insert into loyalty_value (shop, customer_id, delivered) values (${shop}, ${ids[0]}::bigint, '{"points": 2}')`,
    autocommit,
  )
  await execute(
    sql`
    insert into "Session" (id, shop, state, "isOnline", "accessToken", expires)
    values (${`${shop}_${month}`}, ${shop}, '', true, 'sealed', ${now})`,
    autocommit,
  )
  if (isLeftAlone) return
  // What a worker does in the shop's turn.
  for (const table of ['dirty_customer', 'outbox']) {
    await execute({ text: `delete from ${table} where shop = $1`, values: [shop] }, autocommit)
  }
}

/** Nightly comparisons, and the hours in which something happened: a few a day. */
export async function writeHistory(shop: ShopDomain, start: Date): Promise<void> {
  await execute(
    sql`
    insert into sync_run (id, shop, kind, trigger, state, requested_at, finished_at, progress_at, not_before)
    select gen_random_uuid(), ${shop}, 'reconcile', 'nightly', 'finished', at, at, at, at
    from generate_series(${start}::timestamptz, ${start}::timestamptz + interval '29 days', interval '1 day') as at`,
    autocommit,
  )
  await execute(
    sql`
    insert into sync_hour (shop, hour, webhooks)
    select ${shop}, at, 1
    from generate_series(${start}::timestamptz + interval '6 hours', ${start}::timestamptz + interval '29 days', interval '6 hours') as at
    on conflict do nothing`,
    autocommit,
  )
}

/** A dry run of a full sync. */
async function dryRunOnce(shop: ShopDomain, now: Date): Promise<void> {
  const choices = { audience: defaultAudience, mapping: defaultInForce, destination: defaultDestination }
  const id = await saveNewDryRun(shop, { subject: 'full', choices, settingsVersion: 1, by: null, now })
  if (id) await endDryRun(shop, { id, to: 'finished', failure: null, now }, autocommit)
}

/** A read-back that finds a difference, and repairs it. */
async function readBackOnce(shop: ShopDomain, customer: ReturnType<typeof customerId>, now: Date): Promise<void> {
  await startReadBack(shop, { trigger: 'nightly', scope: 'sample', by: null, now }, autocommit)
  const open = await findOpenReadBack(shop)
  if (!open) return // not connected
  const found = { field: 'email', customers: 1, repaired: 1, again: 0, contested: false, examples: [customer] }
  await addDifferingFields(shop, open.id, [found], autocommit)
  await transaction((on) => repairProfiles(shop, [{ customerId: customer, hash: 'h', fields: ['email'] }], now, on))
  await endReadBack(shop, { end: 'finished', now }, autocommit)
}

async function runInFull(
  shop: ShopDomain,
  { customer, now, isLeftAlone }: { customer: ReturnType<typeof customerId>; now: Date; isLeftAlone: boolean },
): Promise<void> {
  const id = await transaction((on) => startFullRun(shop, { trigger: 'by_hand', by: null, always: true, now }, on))
  if (id === null) return // not connected
  await saveRunOperation(shop, { id, operation: 'gid://1', metafields: [], askedAt: now, checkAt: now })
  await transaction((on) => stepRun(shop, { id, from: 'queued', to: 'reading', now }, on))
  await transaction((on) => stepRun(shop, { id, from: 'reading', to: 'delivering', now }, on))
  await transaction((on) => stepRun(shop, { id, from: 'delivering', to: 'finished', now }, on))
  const chunk = { run: id, chunk: 0, customers: [customer] }
  // As if the run had been cancelled while a chunk was being recorded.
  if (isLeftAlone) await transaction((on) => saveUnchanged(shop, chunk, on))
}

async function importOne(
  shop: ShopDomain,
  one: { id: ReturnType<typeof customerId>; fields: string[]; now: Date; isLeftAlone: boolean },
): Promise<void> {
  const { id, fields, now } = one
  const job = randomUUID()
  const profiles = [{ customerId: id, hash: 'h', fields: [...fields, 'phone_number'], updatedAt: now }]
  await transaction(async (on) => {
    await saveIntendedImport(shop, { id: job, run: null, profiles, readAt: now, checkAt: now }, now, on)
    await requestKlaviyoIds(shop, { klaviyoJob: job, awaitsIds: true, now }, on)
  })
  const sent = { kind: 'import', tookMs: 1, profiles: 1, run: null, outcome: 'accepted', status: 202 } as const
  const request = { ...sent, id: job, at: now, words: null, hash: null, klaviyoId: null, cleared: [], customerId: null }
  await saveDeliveries(shop, [request], autocommit)
  if (!one.isLeftAlone) await transaction((on) => settleImport(shop, job, [], now, on))
}

/** A merchant counts the customers that rules match, and leaves the page. */
async function count(shop: ShopDomain, id: ReturnType<typeof customerId>, now: Date): Promise<void> {
  const seen = await findCountRead(shop)
  const read = await requestCountRead(shop, { seen: seen?.holder ?? null, now })
  const from = await openSnapshot(shop, read!.holder, { segments: ['gid://shopify/Segment/1'], places: false }, now)
  const rows = [{ customerId: id, segment: 'gid://shopify/Segment/1' }]
  await advanceSnapshot(shop, read!.holder, { from, to: { ...from, complete: true }, rows, now })
}

/** An alert that begins and ends, and a message about it that was sent. */
async function tellOfAlert(shop: ShopDomain, now: Date): Promise<void> {
  await transaction(async (on) => {
    const to = { target: 'https://example.com', secret: null, language: 'en', confirmedAt: now }
    await saveChannel(shop, { kind: 'slack', ...to }, now, on)
    await watchIfTold(shop, now, on)
    const alert = await openAlert(shop, { cause: 'run_failed', since: now, detail: {} }, now, on)
    if (alert) await endAlert(shop, alert, now, on)
    const id = await saveMessage(shop, { channel: 'slack', content: { kind: 'test' }, alert, dueAt: now }, now, on)
    await recordAttempt(shop, { id, attempt: 0 }, { kind: 'sent' }, now, on)
  })
}
