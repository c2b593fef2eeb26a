import { randomUUID } from 'node:crypto'
import { isOfChange } from '#app/core/flow/heard.ts'
import { after, earliest } from '#app/core/flow/instants.ts'
import { lagsBehindOrders, nextLaterRead } from '#app/core/flow/later-reads.ts'
import { newProfilesFor } from '#app/core/flow/new-profiles.ts'
import { metafieldsWorth, readSize } from '#app/core/flow/read-lane.ts'
import { replicaSafeFrom } from '#app/core/flow/replica-lag.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { isUnreadable, type Unreadable } from '#app/core/profile/customer.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { type Memberships, noMemberships } from '#app/core/profile/memberships.ts'
import { membershipQueryOf } from '#app/core/settings/audience.ts'
import type { AdminAnswer, AdminFailure } from '#app/shopify/admin-answer.ts'
import { readCustomers, type ShownCustomer } from '#app/shopify/read-customers.ts'
import { saveDrained } from '#app/store/integration.ts'
import { type LeasedMark, leaseMarks, releaseMarks, settleMarks } from '#app/store/marks.ts'
import { findRetryCreated } from '#app/store/reason-retries.ts'
import { inSpan } from '#app/telemetry/spans.ts'
import type { CustomerRead } from '../deliver/decide-batch.ts'
import { deliverReads } from '../deliver/deliver-reads.ts'
import { recordDeliveryTimes } from '../deliver/record-delivery-times.ts'
import type { SettledCustomer } from '../deliver/settle-batch.ts'
import { batchSettled, shopifyUnreadable } from '../events.ts'
import { readMembershipsOf } from '../memberships/read-memberships.ts'
import { recordTrouble } from '../shopify/record-trouble.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

const BATCH_SIZE = 500
/** Longer than reading and delivering a batch can take: two time-outs of calls to Shopify and one of a call to Klaviyo. */
const LEASE_MS = 120_000
const SHOPIFY_AWAY_MS = 15_000
const SHOPIFY_REFUSES_MS = 60_000

/**
 * Leases one batch of a shop's ready marks, reads and delivers their customers and settles the marks. With `markedSince`, only marks created
 * since then are leased. Returns how many marks it leased; 0 when none was ready.
 */
export async function drainShop(turn: ShopTurn, { markedSince }: { markedSince: Date | null }): Promise<number> {
  const { shop, clock } = turn
  const startedAt = clock()
  const lease = randomUUID()
  const marks = await leaseMarks(shop, { lease, limit: BATCH_SIZE, leaseMs: LEASE_MS, markedSince, now: startedAt })
  if (marks.length === 0) return 0
  try {
    await inSpan({ name: 'drain' }, (add) => {
      add({ 'lockstep.shop': shop, 'lockstep.marks': marks.length })
      return drainMarks(turn, { lease, marks, startedAt })
    })
  } catch (error) {
    await releaseMarks(shop, lease).catch(() => {}) // the lease expires by itself; the first error is the one to throw
    throw error
  }
  return marks.length
}

async function drainMarks(
  turn: ShopTurn,
  { lease, marks, startedAt }: { lease: string; marks: readonly LeasedMark[]; startedAt: Date },
): Promise<void> {
  const { shop } = turn
  const { reads, unreadUntil } = await readMarked(turn, marks)
  const marked = new Map(marks.map((mark) => [mark.customerId, mark]))
  const markOf = ({ delivery }: SettledCustomer) => marked.get(delivery.read.customerId)!
  const lags = lagsBehindOrders(turn.policy.mapping.mapping.values)
  const heard = new Map(marks.map((mark) => [mark.customerId, mark.heard]))
  const isRetry = marks.some((mark) => mark.heard === 'retry')
  const created = isRetry ? await findRetryCreated(shop) : 0
  const from = {
    readAt: startedAt,
    run: null,
    purpose: { kind: 'live' },
    importSize: null,
    newProfiles: newProfilesFor({ kind: 'changes', marked: heard, created }, turn.policy.destination),
  } as const
  const { settled, counts, now } = await deliverReads(turn, reads, from, {
    isAutomatic: (customer) => !markOf(customer).confirming || hasChanged(customer),
    save: async ({ settled: saved, jobs, now }, on) => {
      await recordDeliveryTimes(shop, { settled: saved, jobs, now }, (customer) => heardAt(markOf(customer)), on)
      const ends = saved.map((customer) => markEnd(customer, markOf(customer), { readAt: startedAt, lags }))
      const unread = marks
        .slice(saved.length)
        .map((mark) => deferral(mark, { attempt: mark.attempt - 1, notBefore: unreadUntil }))
      const cleared = ends.flatMap((end) => (end.kind === 'cleared' ? end.mark : []))
      const deferred = [...ends.flatMap((end) => (end.kind === 'deferred' ? end.mark : [])), ...unread]
      await settleMarks(shop, { lease, cleared, deferred }, now, on)
    },
  })
  if (turn.policy.syncing.syncDelayMs > 0 && marks.some(isFresh)) await saveDrained(shop, { startedAt, now })
  const deferred = marks.length - settled.filter(({ outcome }) => outcome.kind === 'settled').length
  batchSettled({ shop, source: 'marks', ...counts, deferred, tookMs: now.getTime() - startedAt.getTime() })
}

/** Whether the customer differs from what is stored. A confirming read counts as a change only then. */
function hasChanged({ delivery: { decision, known }, outcome }: SettledCustomer): boolean {
  if (decision.kind === 'push') return true
  // A customer without a row was deleted before.
  return outcome.kind === 'settled' && outcome.row !== null && outcome.row.state !== (known?.state ?? 'gone')
}

/** When the customer's change was heard; null if none was, or if it is only read once more. */
function heardAt({ heard, confirming, waitingSince }: LeasedMark): Date | null {
  return confirming || !isOfChange(heard) ? null : waitingSince
}

/** Whether the mark is read for the first time, and not to confirm an earlier read. */
function isFresh({ attempt, confirming }: LeasedMark): boolean {
  return attempt === 1 && !confirming
}

/**
 * What is done with a mark whose customer was read at `readAt`: it is cleared; or kept to be tried again; or kept for another read, if this
 * one may have come from a lagging replica, or if a mapped value `lags` behind the customer's last order.
 */
function markEnd(
  { outcome, delivery }: SettledCustomer,
  mark: LeasedMark,
  { readAt, lags }: { readAt: Date; lags: boolean },
) {
  if (outcome.kind === 'again') return { kind: 'deferred', mark: deferral(mark, outcome) } as const
  if (outcome.followUp) return { kind: 'deferred', mark: deferral(mark, outcome.followUp) } as const
  const certain = replicaSafeFrom(mark.markedAt)
  const later = lags && delivery.read.customer ? nextLaterRead(mark.orderedAt, readAt) : null
  const notBefore = earliest(readAt < certain ? certain : null, later)
  if (!notBefore) return { kind: 'cleared', mark } as const
  return { kind: 'deferred', mark: { ...deferral(mark, { attempt: 0, notBefore }), confirming: true } } as const
}

function deferral({ customerId, changes }: LeasedMark, { attempt, notBefore }: { attempt: number; notBefore: Date }) {
  return { customerId, changes, attempt, notBefore, confirming: false }
}

/**
 * Reads marked customers in calls as large as Shopify's remaining points allow. Returns the customers read, in the order of the marks, and
 * when the remaining ones can be read.
 */
async function readMarked(
  turn: ShopTurn,
  marks: readonly LeasedMark[],
): Promise<{ reads: CustomerRead[]; unreadUntil: Date }> {
  const { shop, policy, clock } = turn
  const metafields = metafieldsWorth(metafieldsRead(policy.mapping.mapping))
  const query = membershipQueryOf(policy.audience)
  const reads: CustomerRead[] = []
  let points: number | null = null
  while (reads.length < marks.length) {
    const size = readSize(points, metafields, query)
    if (size === 0) return { reads, unreadUntil: after(clock(), 1_000) }
    const answer = await readSome(turn, marks.slice(reads.length, reads.length + size))
    if (answer.kind !== 'answered') {
      shopifyUnreadable(shop, answer.kind)
      await recordTrouble(shop, answer, clock())
      return { reads, unreadUntil: after(clock(), waitFor(answer)) }
    }
    if (reads.length === 0) await recordTrouble(shop, answer, clock())
    points = answer.pointsAvailable
    reads.push(...answer.data)
  }
  return { reads, unreadUntil: clock() }
}

function waitFor(failure: AdminFailure): number {
  if (failure.kind === 'throttled') return failure.retryAfterMs
  return failure.kind === 'unavailable' ? SHOPIFY_AWAY_MS : SHOPIFY_REFUSES_MS
}

/** Reads customers and, if the rules need them, their segments and companies. */
async function readSome(
  { shop, policy }: ShopTurn,
  marks: readonly LeasedMark[],
): Promise<AdminAnswer<CustomerRead[]>> {
  const ids = marks.map((mark) => mark.customerId)
  const answer = await readCustomers(shop, ids, metafieldsRead(policy.mapping.mapping))
  const query = membershipQueryOf(policy.audience)
  if (answer.kind !== 'answered') return answer
  const toReads = (membershipsOf: (customerId: CustomerId) => Memberships | null) =>
    marks.map((mark, i) => toRead(mark, answer.data[i] ?? null, membershipsOf(mark.customerId)))
  if (!query) return { ...answer, data: toReads(() => noMemberships) }
  const shown = answer.data.flatMap((customer) => (customer && !isUnreadable(customer) ? customer.id : []))
  const memberships = await readMembershipsOf(shop, shown, query)
  if (memberships.kind !== 'answered') return memberships
  return {
    ...answer,
    pointsAvailable: memberships.pointsAvailable ?? answer.pointsAvailable,
    data: toReads((customerId) => memberships.data.get(customerId) ?? null),
  }
}

const MEMBERSHIPS_UNKNOWN: Unreadable = { unreadable: 'failed', words: null }

/** A customer counts as unreadable when `memberships` is null, because Shopify could not read them. */
function toRead(mark: LeasedMark, shown: ShownCustomer, memberships: Memberships | null): CustomerRead {
  const { customerId, attempt, singleOnly, updatedAt: newestSeenAt, heard, markedAt } = mark
  const read = shown && !isUnreadable(shown) && memberships === null ? MEMBERSHIPS_UNKNOWN : shown
  const [customer, unreadable] = read && isUnreadable(read) ? [null, read] : [read, null]
  return {
    customerId,
    customer,
    unreadable,
    memberships: memberships ?? noMemberships,
    newestSeenAt,
    attempt,
    singleOnly,
    heard: heard && { how: heard, at: markedAt },
  }
}
