import type { FlowTriggerPayloads } from '#app/core/flow/flow-trigger.ts'
import { importCheckMs } from '#app/core/flow/import-check.ts'
import { after } from '#app/core/flow/instants.ts'
import { type Settlement, settlementOf, staleSettlementOf } from '#app/core/flow/settlement.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { Sql } from '#app/store/database.ts'
import { saveDeliveries } from '#app/store/deliveries.ts'
import { saveAcceptedImport } from '#app/store/imports.ts'
import { type ProfileRow, type StoredProfile, saveProfiles } from '#app/store/profiles.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import type { RunCounts } from '#app/store/sync-runs.ts'
import { requestFlowTriggers } from '../flow/request-flow-trigger.ts'
import { forgetGone, type LoyaltyRecording, recordDelivered, recordUndelivered } from '../loyalty/record-loyalty.ts'
import type { UnchangedCustomer } from './decide-batch.ts'
import type { DeliveredBatch, Delivery } from './deliver-batch.ts'

/** The result for one customer of a batch: settled (with the row to write, if any), or to be tried again. */
export interface SettledCustomer {
  readonly delivery: Delivery
  readonly outcome:
    | {
        readonly kind: 'settled'
        readonly row: ProfileRow | null
        readonly counted: keyof RunCounts | null
        /** When the customer is to be read again, because part of the profile is still to be sent; absent or null when all is done. */
        readonly followUp?: { readonly attempt: number; readonly notBefore: Date } | null
      }
    | { readonly kind: 'again'; readonly attempt: number; readonly notBefore: Date }
}

/** Klaviyo merges some seconds after it has accepted the request. */
const MERGE_TAKES_MS = 30_000
/** The ids of an import are usually fetched within seconds. */
const IDS_COME_MS = 2_000
/** An import job that carries the customer usually takes seconds. The mark is not leased before the job ends. */
const BEHIND_A_JOB_MS = 1_000

/** Returns the result for each customer of a batch. Writes nothing. */
export function settledCustomers(batch: DeliveredBatch, now: Date): SettledCustomer[] {
  return batch.deliveries.map((delivery) => ({ delivery, outcome: settledOutcome(delivery, now) }))
}

/**
 * Returns the customer without a row to write if writing it would change nothing but when the customer was read. A run finds nearly all
 * customers as they are stored, and writes nothing for these.
 */
export function withoutIdleRow(customer: SettledCustomer): SettledCustomer {
  const { delivery, outcome } = customer
  if (outcome.kind !== 'settled' || !outcome.row || !delivery.known) return customer
  // Before a push, the row was changed already.
  if (delivery.push || !isStored(outcome.row, delivery.known)) return customer
  return { delivery, outcome: { ...outcome, row: null } }
}

/** Whether the customer's row already holds this. A null in `row` keeps what the row holds. */
function isStored(row: ProfileRow, { row: stored, klaviyoId }: StoredProfile): boolean {
  return (
    row.state === stored.state &&
    row.code === stored.code &&
    row.words === stored.words &&
    row.conflictsWith === stored.conflicts_with &&
    (row.klaviyoId === null || row.klaviyoId === klaviyoId) &&
    (row.hash === null || row.hash === stored.hash) &&
    row.fields === null &&
    row.syncedAt === null &&
    (row.omitted ?? null) === null &&
    // Later it is compared whether a customer that was kept as it was has changed since.
    (row.code !== 'future_only' || row.shopifyUpdatedAt?.getTime() === stored.shopify_updated_at?.getTime()) &&
    (row.state === 'synced' || stored.omitted === null)
  )
}

/** Whether the customer was found as it is stored: nothing of it is written. */
export function isIdle({ delivery, outcome }: SettledCustomer): boolean {
  const { kind } = delivery.decision
  const mayBeIdle = kind === 'unchanged' || kind === 'excluded' || kind === 'issue' || kind === 'keep_baseline'
  return outcome.kind === 'settled' && outcome.row === null && (mayBeIdle || kind === 'limited')
}

function settledOutcome(delivery: Delivery, now: Date): SettledCustomer['outcome'] {
  const { decision, read, reading, known } = delivery
  const rowOf = (row: Partial<ProfileRow> & Pick<ProfileRow, 'state'>): ProfileRow => ({
    ...UNCHANGED_COLUMNS,
    customerId: read.customerId,
    shopifyUpdatedAt: read.customer?.updatedAt ?? null,
    heard: read.heard,
    ...row,
  })
  switch (decision.kind) {
    case 'gone': // the row is kept until no run is open that may have read the customer before
      return { kind: 'settled', row: rowOf({ state: 'gone' }), counted: null }
    case 'erased':
      return { kind: 'settled', row: null, counted: null }
    case 'unchanged': {
      const conflictsWith = known?.conflictsWith ?? null
      return { kind: 'settled', row: rowOf({ state: 'synced', conflictsWith }), counted: 'unchanged' }
    }
    case 'keep_baseline': {
      const hash = reading.kind === 'profile' ? reading.hash : null
      return { kind: 'settled', row: rowOf({ state: 'excluded', code: 'future_only', hash }), counted: 'excluded' }
    }
    case 'already_sending':
      return { kind: 'settled', row: null, counted: 'pushed' }
    case 'excluded':
      return { kind: 'settled', row: rowOf({ state: 'excluded', code: decision.code }), counted: 'excluded' }
    case 'limited':
      return { kind: 'settled', row: rowOf({ state: 'pending', code: 'limit' }), counted: null }
    case 'issue':
      return {
        kind: 'settled',
        row: rowOf({ state: 'issue', code: decision.code, words: decision.words }),
        counted: 'issues',
      }
    case 'awaiting_id':
      return { kind: 'again', attempt: read.attempt - 1, notBefore: after(now, IDS_COME_MS) }
    case 'wait_for_request':
      return { kind: 'again', attempt: read.attempt - 1, notBefore: after(now, BEHIND_A_JOB_MS) }
    case 'stale':
    case 'superseded':
      return fromSettlement(staleSettlementOf(read, now), delivery, rowOf)
    case 'push': {
      const { outcome, sent } = delivery.push!
      if (outcome.kind === 'carried') {
        const followUp = sent.heldBack.length > 0 ? { attempt: 0, notBefore: after(now, IDS_COME_MS) } : null
        return { kind: 'settled', row: null, counted: 'pushed', followUp }
      }
      return fromSettlement(settlementOf(read, outcome, now), delivery, rowOf, now)
    }
    default:
      return decision satisfies never
  }
}

const UNCHANGED_COLUMNS = {
  code: null,
  words: null,
  conflictsWith: null,
  klaviyoId: null,
  hash: null,
  fields: null,
  syncedAt: null,
  omitted: null,
} as const

function fromSettlement(
  settlement: Settlement,
  { read, push }: Delivery,
  rowOf: (row: Partial<ProfileRow> & Pick<ProfileRow, 'state'>) => ProfileRow,
  now?: Date,
): SettledCustomer['outcome'] {
  switch (settlement.kind) {
    case 'synced': {
      const { hash, fields, mayCarry, heldBack, omitted, takenBy, awaitsMerge } = push!.sent
      const { klaviyoId } = settlement
      const delivered = { state: 'synced', klaviyoId, omitted, conflictsWith: takenBy, syncedAt: now ?? null } as const
      // Fields that come from the merged profile are corrected by one more push.
      const row = rowOf(awaitsMerge ? { ...delivered, fields: mayCarry } : { ...delivered, hash, fields })
      const waitMs = awaitsMerge ? MERGE_TAKES_MS : 0
      const followUp =
        now && (awaitsMerge || heldBack.length > 0) ? { attempt: 0, notBefore: after(now, waitMs) } : null
      return { kind: 'settled', row, counted: 'pushed', followUp }
    }
    case 'issue':
      return {
        kind: 'settled',
        row: rowOf({
          state: 'issue',
          code: settlement.code,
          words: settlement.words,
          conflictsWith: settlement.conflictsWith,
        }),
        counted: 'issues',
      }
    case 'retry':
      return { kind: 'again', attempt: read.attempt, notBefore: settlement.notBefore }
    case 'wait':
      return { kind: 'again', attempt: read.attempt - 1, notBefore: settlement.notBefore }
    default:
      return settlement satisfies never
  }
}

/**
 * Saves the rows of a batch's customers, the requests and imports that carried them, and the counts of the hour. `automatic` are the customers that were
 * read because of a change. A run keeps its own counts; of its customers, those that it sent, or found in another state, count here too.
 */
export async function saveSettled(
  shop: ShopDomain,
  settled: readonly SettledCustomer[],
  {
    readAt,
    batch,
    automatic,
    ofRun,
    isLive,
    now,
  }: {
    readAt: Date
    batch: DeliveredBatch
    automatic: readonly SettledCustomer[]
    ofRun: readonly SettledCustomer[]
    /** Whether the customers were read because of a change. */
    isLive: boolean
    now: Date
  },
  on: Sql,
): Promise<void> {
  const rows = settled.flatMap(({ outcome }) => (outcome.kind === 'settled' && outcome.row) || [])
  const written = new Set(await saveProfiles(shop, rows, readAt, on))
  if (batch.loyalty) await recordLoyalty(shop, settled, batch.unchanged, { ...batch.loyalty, written, now }, on)
  if (isLive) await requestFlowTriggers(shop, 'customer_not_synced', newIssues(settled, written), now, on)
  await saveDeliveries(shop, batch.requests, on)
  for (const job of batch.jobs) await saveAcceptedImport(shop, { ...job, checkAt: after(now, importCheckMs(0)) }, on)
  const { pushed: runPushed, issues: runIssues } = countsOf(
    ofRun.filter(({ delivery, outcome }) => delivery.push || hasRow(outcome)),
  )
  const runCounts = { runPushed, runIssues }
  await addToHour(shop, { ...countsOf(automatic), ...runCounts, calls: batch.calls }, now, on)
}

/** Customers whose reported change, now or earlier, has led to an issue that they did not have. What a full sync could not send is not among them. */
function newIssues(
  settled: readonly SettledCustomer[],
  written: ReadonlySet<CustomerId>,
): FlowTriggerPayloads['customer_not_synced'][] {
  return settled.flatMap(({ outcome, delivery: { read, known } }) => {
    const row = outcome.kind === 'settled' ? outcome.row : null
    if (row?.state !== 'issue' || !row.code || !written.has(row.customerId)) return []
    if (known?.state === 'issue' && known.row.code === row.code) return []
    if (read.heard === null && (known?.row.heard ?? null) === null) return []
    return [{ customerId: row.customerId, code: row.code, words: row.words }]
  })
}

/** A customer whose row was not written, although it was to be, was read earlier than the row says, and does not count. */
async function recordLoyalty(
  shop: ShopDomain,
  settled: readonly SettledCustomer[],
  unchanged: readonly UnchangedCustomer[],
  recording: LoyaltyRecording & { written: ReadonlySet<CustomerId>; now: Date },
  on: Sql,
): Promise<void> {
  const writtenAs = (state: ProfileRow['state']) =>
    settled.filter(
      ({ outcome, delivery }) =>
        outcome.kind === 'settled' && outcome.row?.state === state && recording.written.has(delivery.read.customerId),
    )
  const delivered = writtenAs('synced').flatMap(({ delivery: { read, loyalty, push } }) =>
    loyalty ? { customerId: read.customerId, values: loyalty, times: push?.sent.loyalty?.times ?? null } : [],
  )
  // For events, the values of customers that were not sent are stored as well. They have the times that they had.
  const idle = settled.filter((one) => one.delivery.decision.kind === 'unchanged' && isIdle(one))
  const asBefore = [
    ...idle.map(({ delivery: { read, loyalty } }) => ({ customerId: read.customerId, loyalty })),
    ...unchanged,
  ]
  const recorded = recording.read.loyalty.choice.on ? asBefore : []
  const asSent = recorded.flatMap(({ customerId, loyalty }) =>
    loyalty ? { customerId, values: loyalty, times: null } : [],
  )
  await recordDelivered(shop, [...delivered, ...asSent], recording, on)
  await forgetGone(shop, writtenAs('gone').map(idOf), on)
  await recordUndelivered(shop, settled.filter(isDeliveredLater).map(idOf), recording, on)
}

function isDeliveredLater({ outcome, delivery: { decision } }: SettledCustomer): boolean {
  return outcome.kind === 'again' && (decision.kind === 'push' || decision.kind === 'wait_for_request')
}

function hasRow(outcome: SettledCustomer['outcome']): boolean {
  return outcome.kind === 'settled' && outcome.row !== null
}

function idOf({ delivery }: SettledCustomer): CustomerId {
  return delivery.read.customerId
}

/** Counts a batch's customers by result. Those to be tried again count only as read. */
export function countsOf(settled: readonly SettledCustomer[]): RunCounts {
  const counts = { read: settled.length, pushed: 0, unchanged: 0, excluded: 0, issues: 0 }
  for (const { outcome } of settled) if (outcome.kind === 'settled' && outcome.counted) counts[outcome.counted]++
  return counts
}
