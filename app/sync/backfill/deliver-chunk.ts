import { backoffMs, triesFor } from '#app/core/flow/backoff.ts'
import type { ReadFor } from '#app/core/flow/decision.ts'
import { after } from '#app/core/flow/instants.ts'
import { newProfilesFor } from '#app/core/flow/new-profiles.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { certainlySeenBy } from '#app/core/flow/replica-lag.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { isUnreadable, type Unreadable } from '#app/core/profile/customer.ts'
import { standingAsked } from '#app/core/profile/rules.ts'
import { noStanding, type Standing } from '#app/core/profile/standing.ts'
import type { CustomerRecord } from '#app/shopify/bulk-file.ts'
import { findMerging } from '#app/store/customer-merges.ts'
import { type Sql, transaction } from '#app/store/database.ts'
import { askForIdentifiers } from '#app/store/integration.ts'
import { clearCoveredMarks, saveRetries } from '#app/store/marks.ts'
import { advanceCheckpoint, deferRun, saveImportSize } from '#app/store/run-progress.ts'
import { holdAccount } from '#app/store/shops.ts'
import { findStandings } from '#app/store/standings.ts'
import type { SyncRun } from '#app/store/sync-runs.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { type CustomerRead, deliverBatch } from '../deliver/deliver-batch.ts'
import { countsOf, type SettledCustomer, saveSettled, settledCustomers } from '../deliver/settle-batch.ts'
import { batchSettled } from '../events.ts'
import { claimProfiles, settleClaims } from '../identity/claim-profiles.ts'
import { noteListChanges } from '../listing/note-list-changes.ts'
import { noteWithheld } from '../shopify/ask-for-withheld.ts'
import type { RunChunk } from './run-chunk.ts'

const HOLD_MS = 60_000
/** updated_at knows whole seconds, and Shopify's clock may differ from ours: who changed when a baseline was asked for is not swallowed. */
const CLOCK_SLACK_MS = 2_000

/**
 * Delivers one chunk of a run and moves the checkpoint over it, in one transaction with the chunk's rows. When Klaviyo
 * takes no import just now, the checkpoint stays: the chunk is done again, with smaller imports if it is what they carry that Klaviyo fails
 * on, down to the few that go one by one. Yields whether the checkpoint moved.
 */
export async function deliverChunk(conducting: Conducting, run: SyncRun, chunk: RunChunk): Promise<boolean> {
  const { shop, clock } = conducting
  const startedAt = clock()
  // Nothing in the file or on a page is older than the asking, and all that was settled from a later read is newer, or as new.
  const readAt = run.operationAskedAt!
  const reads = await toReads(conducting, run, chunk)
  // Two customers who are becoming one wait with their marks: Klaviyo would merge into what was just sent.
  const merging = await findMerging(
    shop,
    reads.map(({ customerId }) => customerId),
  )
  const ready = reads.filter(({ customerId }) => !merging.has(customerId))
  const batch = await deliverBatch(conducting, ready, {
    readAt,
    run: run.id,
    importSize: run.importSize,
    readFor: readForOf(run, conducting.connection.mapping.changedAt),
    newProfiles: newProfilesFor(run, conducting.connection.delivery),
  })
  const now = clock()
  const settled = settledCustomers(batch, now)
  const counts = countsOf(settled)
  const { interruption } = batch
  await transaction(async (on) => {
    if (!(await holdAccount(shop, conducting.connection.accountId, on))) return
    const claimed = await claimProfiles(shop, settled, now, on)
    await saveSettled(shop, claimed, { readAt, batch, automatic: [], now }, on)
    await settleClaims(shop, claimed, now, on)
    await noteListChanges(conducting, claimed, on)
    if (claimed.some(isHeldBack)) await askForIdentifiers(shop, now, on)
    await noteWithheld(shop, claimed, now, on)
    if (interruption) return
    await leaveTheRestToMarks(conducting, { settled: claimed, merging: [...merging] }, on)
    await clearCovered(conducting, run, claimed, on)
    const superseded = settled.filter(({ delivery }) => delivery.decision.kind === 'superseded').length
    const counted = { ...counts, read: chunk.rows, unchanged: counts.unchanged + superseded }
    const unannounced = run.trigger === 'nightly' ? settled.filter(isUnannounced).length : 0
    await advanceCheckpoint(
      shop,
      { run: run.id, from: chunk.from, to: chunk.to, cursor: chunk.cursor, counts: counted, unannounced, now },
      on,
    )
  })
  if (interruption) await deferRun(shop, { id: run.id, ...nextTry(run, interruption, now) })
  if (batch.suspectSize !== null) await saveImportSize(shop, { run: run.id, most: Math.ceil(batch.suspectSize / 2) })
  const deferred = settled.filter(({ outcome }) => outcome.kind === 'again').length
  batchSettled({ shop, source: 'run', ...counts, deferred, tookMs: now.getTime() - startedAt.getTime() })
  return !interruption
}

/** With what was gathered for the run or read with the page, where the rules ask for it: it is not older than the asking. */
async function toReads(
  { shop, connection }: Conducting,
  { id }: SyncRun,
  { customers, standings: read }: RunChunk,
): Promise<CustomerRead[]> {
  if (!standingAsked(connection.rules)) return customers.map((customer) => toRead(customer, noStanding))
  // Null: Shopify could not say. A customer who was not gathered is in no segment and no company.
  if (read) return customers.map((customer) => toRead(customer, read.get(customer.id) ?? null))
  const ids = customers.map(({ id }) => id)
  const gathered = await findStandings(shop, id, ids)
  return customers.map((customer) => toRead(customer, gathered.get(customer.id) ?? noStanding))
}

const UNTOLD: Unreadable = { unreadable: 'failed', words: null }

function toRead({ id, shown }: CustomerRecord, standing: Standing | null): CustomerRead {
  const read = standing === null && !isUnreadable(shown) ? UNTOLD : shown
  const [customer, unreadable] = isUnreadable(read) ? [null, read] : [read, null]
  return {
    customerId: id,
    customer,
    unreadable,
    standing: standing ?? noStanding,
    newestSeenAt: null,
    attempt: 1,
    alone: false,
  }
}

/** What the customers of a run are read for. */
function readForOf({ kind, since }: SyncRun, mappedSince: Date | null): ReadFor {
  if (kind === 'full') return { kind }
  if (kind === 'baseline') return { kind: 'record', since: after(since!, -CLOCK_SLACK_MS) }
  return { kind: 'comparison', mappedSince }
}

/** Pushed although nobody had told of the change: by its time, Shopify's customer is newer than the one we knew. */
function isUnannounced({ delivery: { read, known, decision } }: SettledCustomer): boolean {
  if (decision.kind !== 'push' || !read.customer) return false
  return !known?.shopifyUpdatedAt || known.shopifyUpdatedAt < read.customer.updatedAt
}

function nextTry(run: SyncRun, interruption: Interruption, now: Date) {
  const waitsFor = 'klaviyo_away' as const
  if (interruption.kind === 'throttled')
    return { notBefore: after(now, interruption.retryAfterMs), attempt: run.attempt, waitsFor }
  if (interruption.kind === 'unauthorized') return { notBefore: after(now, HOLD_MS), attempt: run.attempt, waitsFor }
  if (interruption.kind === 'outdated') return { notBefore: after(now, HOLD_MS), attempt: run.attempt, waitsFor }
  const attempt = triesFor(waitsFor, run)
  return { notBefore: after(now, backoffMs(attempt, run.id)), attempt, waitsFor }
}

/** Imported without a phone number or an external id, which are sent once the ids of the import are learnt. */
function isHeldBack({ delivery: { push } }: SettledCustomer): boolean {
  return push?.outcome.kind === 'carried' && push.sent.heldBack.length > 0
}

/** The run goes on; whom it could not deliver, or found behind another import, has a mark of their own from now on. */
async function leaveTheRestToMarks(
  { shop, clock }: Conducting,
  { settled, merging }: { settled: readonly SettledCustomer[]; merging: readonly CustomerId[] },
  on: Sql,
): Promise<void> {
  const now = clock()
  const waiting = merging.map((customerId) => ({ customerId, attempt: 0, notBefore: now, alone: false }))
  const retries = settled.flatMap(({ delivery, outcome }) => {
    if (delivery.decision.kind === 'superseded' || isHeldBack({ delivery, outcome })) return []
    const next = outcome.kind === 'again' ? outcome : outcome.followUp
    return next
      ? { customerId: delivery.read.customerId, attempt: next.attempt, notBefore: next.notBefore, alone: false }
      : []
  })
  await saveRetries(shop, [...waiting, ...retries], now, on)
}

/**
 * A baseline answers what was said before the integration was turned on, and nothing later. Any other run answers all that its file
 * is certain to have seen, but for customers it left as they were, or had no room for: what was said of them is a change, and theirs
 * to be sent.
 */
async function clearCovered(
  { shop }: Conducting,
  run: SyncRun,
  settled: readonly SettledCustomer[],
  on: Sql,
): Promise<void> {
  const isBaseline = run.kind === 'baseline'
  const customers = settled.flatMap(({ delivery: { read, decision }, outcome }) =>
    outcome.kind === 'settled' &&
    !outcome.followUp &&
    read.customer &&
    (isBaseline || !(decision.kind === 'left' || decision.kind === 'limited'))
      ? { customerId: read.customerId, updatedAt: read.customer.updatedAt }
      : [],
  )
  const madeBefore = isBaseline ? run.since! : certainlySeenBy(run.operationAskedAt!)
  await clearCoveredMarks(shop, { madeBefore, customers }, on)
}
