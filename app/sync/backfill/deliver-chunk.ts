import { retryOfChunk } from '#app/core/flow/chunk-retry.ts'
import type { SyncPurpose } from '#app/core/flow/decision.ts'
import { after } from '#app/core/flow/instants.ts'
import { lagsBehindOrders, nextLaterRead } from '#app/core/flow/later-reads.ts'
import { type CreatesFor, type Marked, newProfilesFor } from '#app/core/flow/new-profiles.ts'
import { newestMarkSeenBy } from '#app/core/flow/replica-lag.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { clearCoveredMarks } from '#app/store/covered-marks.ts'
import type { Sql } from '#app/store/database.ts'
import { requestIdentifiersRun } from '#app/store/integration.ts'
import { findMarked, saveRetries } from '#app/store/marks.ts'
import { findHeldCustomers } from '#app/store/outbox.ts'
import { findRetryCreated } from '#app/store/reason-retries.ts'
import { advanceCheckpoint, deferRun, saveImportSize } from '#app/store/run-progress.ts'
import type { SyncRun } from '#app/store/sync-runs.ts'
import { saveUnchanged } from '#app/store/unchanged-chunks.ts'
import type { CustomerRead, UnchangedCustomer } from '../deliver/decide-batch.ts'
import { type DeliveredReads, deliverReads } from '../deliver/deliver-reads.ts'
import { recordDeliveryTimes } from '../deliver/record-delivery-times.ts'
import { isIdle, type SettledCustomer } from '../deliver/settle-batch.ts'
import { batchSettled } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { toReads } from './chunk-reads.ts'
import type { RunChunk } from './run-chunk.ts'

/** `updated_at` has whole seconds, and Shopify's clock may differ from ours: a customer that changed just when a baseline began is pushed. */
const CLOCK_SLACK_MS = 2_000

/**
 * Delivers one chunk of a run and moves the checkpoint past it, in one transaction with the chunk's rows. When Klaviyo accepts no import
 * now, the checkpoint stays and the chunk is repeated, with smaller imports if Klaviyo fails on their content, down to so few profiles that
 * they are sent one by one. Returns whether the checkpoint moved.
 */
export async function deliverChunk(turn: ShopTurn, run: SyncRun, chunk: RunChunk): Promise<boolean> {
  const { shop, clock } = turn
  const startedAt = clock()
  // Nothing in the file or on a page is older than the time at which it was requested, and a row from a later read is never older.
  const readAt = run.operationAskedAt!
  const reads = await toReads(turn, run, chunk)
  // Customers that an open request holds wait with marks of their own: Klaviyo would merge into what was just sent.
  const waiting = await findHeldCustomers(shop)
  const held = reads.flatMap(({ customerId }) => (waiting.has(customerId) ? customerId : []))
  const ready = held.length === 0 ? reads : reads.filter(({ customerId }) => !waiting.has(customerId))
  const marked = await markedIn(turn, run, reads)
  const from = {
    readAt,
    run: run.id,
    importSize: run.importSize,
    purpose: purposeOf(run, turn.policy.mapping.changedAt),
    newProfiles: newProfilesFor(await createsFor(turn, run, marked), turn.policy.destination),
  }
  const { settled, counts, interruption, suspectSize, now } = await deliverReads(turn, ready, from, {
    isAutomatic: () => false,
    save: async (batch, on) => {
      if (!batch.accountHeld) return
      if (batch.settled.some(isHeldBack)) await requestIdentifiersRun(shop, batch.now, on)
      if (!batch.interruption) await passChunk(turn, run, { chunk, batch, held, marked }, on)
    },
  })
  if (interruption) await deferRun(shop, { id: run.id, ...retryOfChunk(run, interruption, now) })
  if (suspectSize !== null) await saveImportSize(shop, { run: run.id, most: Math.ceil(suspectSize / 2) })
  const deferred = settled.filter(({ outcome }) => outcome.kind === 'again').length
  batchSettled({ shop, source: 'run', ...counts, deferred, tookMs: now.getTime() - startedAt.getTime() })
  return !interruption
}

/** Moves the checkpoint past a chunk, with marks for what is still to be sent, and without those that the chunk answers. */
async function passChunk(
  turn: ShopTurn,
  run: SyncRun,
  {
    chunk,
    batch,
    held,
    marked,
  }: { chunk: RunChunk; batch: DeliveredReads; held: readonly CustomerId[]; marked: Marked },
  on: Sql,
): Promise<void> {
  const { settled, unchanged, counts, now } = batch
  await markUndelivered(turn, { settled, held }, on)
  const waited = await clearCovered(turn, run, { ...batch, marked }, on)
  await recordDeliveryTimes(turn.shop, batch, ({ delivery }) => waited.get(delivery.read.customerId) ?? null, on)
  await recordUnchanged(turn.shop, run, { chunk: chunk.from, settled, unchanged }, on)
  const superseded = settled.filter(({ delivery }) => delivery.decision.kind === 'superseded').length
  const { from, to, cursor, rows } = chunk
  await advanceCheckpoint(
    turn.shop,
    {
      run: run.id,
      from,
      to,
      cursor,
      counts: { ...counts, read: rows, unchanged: counts.unchanged + superseded },
      unannounced: run.trigger === 'nightly' ? settled.filter(isUnannounced).length : 0,
      now,
    },
    on,
  )
}

/** Why a catch-up's customers are marked, which decides whether the limit on new profiles applies to them. */
async function markedIn({ shop, policy }: ShopTurn, run: SyncRun, reads: readonly CustomerRead[]): Promise<Marked> {
  if (run.kind !== 'catch_up' || policy.destination.mostNew === null) return new Map()
  const ids = reads.map(({ customerId }) => customerId)
  return findMarked(shop, ids)
}

async function createsFor({ shop }: ShopTurn, { kind, created }: SyncRun, marked: Marked): Promise<CreatesFor> {
  if (kind !== 'catch_up') return { kind, created }
  const isRetry = [...marked.values()].includes('retry')
  return { kind, marked, created: isRetry ? await findRetryCreated(shop) : 0 }
}

/** The purpose for which a run reads customers. */
export function purposeOf({ kind, since }: SyncRun, mappedSince: Date | null): SyncPurpose {
  if (kind === 'full') return { kind }
  if (kind === 'baseline') return { kind: 'baseline', since: after(since!, -CLOCK_SLACK_MS) }
  return { kind: 'compare', mappedSince }
}

/** Whether a change was pushed that no webhook reported: Shopify's customer is newer than the one that is stored. */
function isUnannounced({ delivery: { read, known, decision } }: SettledCustomer): boolean {
  if (decision.kind !== 'push' || !read.customer) return false
  return !known?.shopifyUpdatedAt || known.shopifyUpdatedAt < read.customer.updatedAt
}

/** Whether a profile was imported without phone number or external id, which are sent once the ids of the import are fetched. */
function isHeldBack({ delivery: { push } }: SettledCustomer): boolean {
  return push?.outcome.kind === 'carried' && push.sent.heldBack.length > 0
}

/** Only a run over all customers has to know, at its end, which it did not come across. */
async function recordUnchanged(
  shop: ShopDomain,
  { id, search }: SyncRun,
  {
    chunk,
    settled,
    unchanged,
  }: { chunk: number; settled: readonly SettledCustomer[]; unchanged: readonly UnchangedCustomer[] },
  on: Sql,
): Promise<void> {
  if (search !== null) return
  const idle = settled.filter(isIdle).map(({ delivery }) => delivery.read.customerId)
  const customers = [...unchanged.map(({ customerId }) => customerId), ...idle]
  await saveUnchanged(shop, { run: id, chunk, customers }, on)
}

/** Creates marks for customers that could not be sent now, or that another import carries, so that the checkpoint can move past them. */
async function markUndelivered(
  { shop, clock }: ShopTurn,
  { settled, held }: { settled: readonly SettledCustomer[]; held: readonly CustomerId[] },
  on: Sql,
): Promise<void> {
  const now = clock()
  const waiting = held.map((customerId) => ({ customerId, attempt: 0, notBefore: now, singleOnly: false }))
  const retries = settled.flatMap(({ delivery, outcome }) => {
    if (delivery.decision.kind === 'superseded' || isHeldBack({ delivery, outcome })) return []
    const next = outcome.kind === 'again' ? outcome : outcome.followUp
    return next
      ? { customerId: delivery.read.customerId, attempt: next.attempt, notBefore: next.notBefore, singleOnly: false }
      : []
  })
  await saveRetries(shop, [...waiting, ...retries], now, on)
}

/**
 * Clears the marks that a chunk makes unnecessary. A baseline covers changes from before the integration was turned on, and none later. Any
 * other run covers all changes that its file certainly contains, except for customers that were kept as they were or waited at the limit:
 * their changes are still to be sent, unless they were only to be retried. Returns since when the cleared ones waited, by customer.
 */
async function clearCovered(
  { shop, policy }: ShopTurn,
  run: SyncRun,
  { settled, unchanged, marked }: DeliveredReads & { marked: Marked },
  on: Sql,
): Promise<ReadonlyMap<CustomerId, Date>> {
  const isBaseline = run.kind === 'baseline'
  const waitsForItsChange = ({ delivery: { read, decision } }: SettledCustomer) =>
    decision.kind === 'keep_baseline' || (decision.kind === 'limited' && marked.get(read.customerId) !== 'retry')
  const customers = settled.flatMap((customer) => {
    const { delivery, outcome } = customer
    const { read } = delivery
    const isCovered = outcome.kind === 'settled' && !outcome.followUp && (isBaseline || !waitsForItsChange(customer))
    return isCovered && read.customer ? { customerId: read.customerId, updatedAt: read.customer.updatedAt } : []
  })
  const madeBefore = isBaseline ? run.since! : newestMarkSeenBy(run.operationAskedAt!)
  const lags = !isBaseline && lagsBehindOrders(policy.mapping.mapping.values)
  const laterRead = lags ? (orderedAt: Date) => nextLaterRead(orderedAt, madeBefore) : null
  return clearCoveredMarks(shop, { madeBefore, customers: [...unchanged, ...customers], laterRead }, on)
}
