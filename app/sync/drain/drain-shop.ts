import { randomUUID } from 'node:crypto'
import { after } from '#app/core/flow/instants.ts'
import { newProfilesFor } from '#app/core/flow/new-profiles.ts'
import { readSize } from '#app/core/flow/read-lane.ts'
import { certainFrom } from '#app/core/flow/replica-lag.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { isUnreadable, type Unreadable } from '#app/core/profile/customer.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { standingAsked } from '#app/core/profile/rules.ts'
import { noStanding, type Standing } from '#app/core/profile/standing.ts'
import type { AdminAnswer, AdminFailure } from '#app/shopify/admin-answer.ts'
import { readCustomers, type ShownCustomer } from '#app/shopify/read-customers.ts'
import { transaction } from '#app/store/database.ts'
import { saveDrained } from '#app/store/integration.ts'
import { type LeasedMark, leaseMarks, releaseMarks, settleMarks } from '#app/store/marks.ts'
import { holdAccount } from '#app/store/shops.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { type CustomerRead, deliverBatch } from '../deliver/deliver-batch.ts'
import { countsOf, type SettledCustomer, saveSettled, settledCustomers } from '../deliver/settle-batch.ts'
import { batchSettled, shopifyUnreadable } from '../events.ts'
import { claimProfiles, settleClaims } from '../identity/claim-profiles.ts'
import { noteListChanges } from '../listing/note-list-changes.ts'
import { noteWithheld } from '../shopify/ask-for-withheld.ts'
import { noteTrouble } from '../shopify/note-trouble.ts'
import { readStandings } from '../standing/read-standings.ts'

const BATCH_SIZE = 500
/** Longer than reading and delivering a batch may take: two time-outs of Shopify's and one of Klaviyo's. */
const LEASE_MS = 120_000
const SHOPIFY_AWAY_MS = 15_000
const SHOPIFY_REFUSES_MS = 60_000

/** Takes one batch of a shop's ready marks from lease to settlement. Yields how many it took; 0 when none was ready. */
export async function drainShop(
  conducting: Conducting,
  { markedSince }: { markedSince: Date | null },
): Promise<number> {
  const { shop, clock } = conducting
  const startedAt = clock()
  const lease = randomUUID()
  const marks = await leaseMarks(shop, { lease, limit: BATCH_SIZE, leaseMs: LEASE_MS, markedSince, now: startedAt })
  if (marks.length === 0) return 0
  try {
    await drainMarks(conducting, { lease, marks, startedAt })
  } catch (error) {
    await releaseMarks(shop, lease).catch(() => {}) // the lease lapses by itself; what went wrong is the caller's to hear
    throw error
  }
  return marks.length
}

async function drainMarks(
  conducting: Conducting,
  { lease, marks, startedAt }: { lease: string; marks: readonly LeasedMark[]; startedAt: Date },
): Promise<void> {
  const { shop, clock } = conducting
  const { reads, unreadUntil } = await readMarked(conducting, marks)
  const batch = await deliverBatch(conducting, reads, {
    readAt: startedAt,
    run: null,
    readFor: { kind: 'change' },
    importSize: null,
    newProfiles: newProfilesFor(null, conducting.connection.delivery),
  })
  const now = clock()
  const settled = settledCustomers(batch, now)
  const marked = new Map(marks.map((mark) => [mark.customerId, mark]))
  await transaction(async (on) => {
    // What was sent to an account that is no longer the shop's says nothing of the one that is.
    const held = await holdAccount(shop, conducting.connection.accountId, on)
    const told = held ? await claimProfiles(shop, settled, now, on) : []
    const isNews = (customer: SettledCustomer) =>
      !marked.get(customer.delivery.read.customerId)!.confirming || standsOtherwise(customer)
    await saveSettled(shop, told, { readAt: startedAt, batch, automatic: told.filter(isNews), now }, on)
    await settleClaims(shop, told, now, on)
    await noteListChanges(conducting, told, on)
    await noteWithheld(shop, told, now, on)
    const ends = told.map((customer) => markEnd(customer, marked.get(customer.delivery.read.customerId)!, startedAt))
    const left = marks
      .slice(told.length)
      .map((mark) => deferral(mark, { attempt: mark.attempt - 1, notBefore: unreadUntil }))
    await settleMarks(
      shop,
      {
        lease,
        cleared: ends.flatMap((end) => (end.kind === 'cleared' ? end.mark : [])),
        deferred: [...ends.flatMap((end) => (end.kind === 'deferred' ? end.mark : [])), ...left],
      },
      now,
      on,
    )
  })
  if (conducting.connection.syncDelayMs > 0 && marks.some(isFresh)) await saveDrained(shop, { startedAt, now })
  const deferred = marks.length - settled.filter(({ outcome }) => outcome.kind === 'settled').length
  batchSettled({ shop, source: 'marks', ...countsOf(settled), deferred, tookMs: now.getTime() - startedAt.getTime() })
}

/** Reading once more to make sure is no news, unless there is some. */
function standsOtherwise({ delivery: { decision, known }, outcome }: SettledCustomer): boolean {
  if (decision.kind === 'push') return true
  // One that nobody knows any more has gone before.
  return outcome.kind === 'settled' && outcome.row !== null && outcome.row.state !== (known?.state ?? 'gone')
}

/** What came since the last drain, and waited for this one. */
function isFresh({ attempt, confirming }: LeasedMark): boolean {
  return attempt === 1 && !confirming
}

/** What becomes of a mark whose customer was read at `readAt`: settled for certain, settled to be made sure of, or tried again. */
function markEnd({ outcome }: SettledCustomer, mark: LeasedMark, readAt: Date) {
  if (outcome.kind === 'again') return { kind: 'deferred', mark: deferral(mark, outcome) } as const
  if (outcome.followUp) return { kind: 'deferred', mark: deferral(mark, outcome.followUp) } as const
  const certain = certainFrom(mark.markedAt)
  if (readAt >= certain) return { kind: 'cleared', mark } as const
  return {
    kind: 'deferred',
    mark: { ...deferral(mark, { attempt: 0, notBefore: certain }), confirming: true },
  } as const
}

function deferral({ customerId, changes }: LeasedMark, { attempt, notBefore }: { attempt: number; notBefore: Date }) {
  return { customerId, changes, attempt, notBefore, confirming: false }
}

/** Reads marked customers in calls as large as the shop's allowance bears; what it does not bear is left for later. */
async function readMarked(
  conducting: Conducting,
  marks: readonly LeasedMark[],
): Promise<{ reads: CustomerRead[]; unreadUntil: Date }> {
  const { shop, connection, clock } = conducting
  const { length: metafields } = metafieldsRead(connection.mapping.mapping)
  const asked = standingAsked(connection.rules)
  const reads: CustomerRead[] = []
  let points: number | null = null
  while (reads.length < marks.length) {
    const size = readSize(points, metafields, asked)
    if (size === 0) return { reads, unreadUntil: after(clock(), 1_000) }
    const answer = await readSome(conducting, marks.slice(reads.length, reads.length + size))
    if (answer.kind !== 'answered') {
      shopifyUnreadable(shop, answer.kind)
      await noteTrouble(shop, answer, clock())
      return { reads, unreadUntil: after(clock(), waitFor(answer)) }
    }
    if (reads.length === 0) await noteTrouble(shop, answer, clock())
    points = answer.pointsAvailable
    reads.push(...answer.data)
  }
  return { reads, unreadUntil: clock() }
}

function waitFor(failure: AdminFailure): number {
  if (failure.kind === 'throttled') return failure.retryAfterMs
  return failure.kind === 'unavailable' ? SHOPIFY_AWAY_MS : SHOPIFY_REFUSES_MS
}

/** Reads customers, and then, where the rules ask for it, what Shopify says of them outside their records. */
async function readSome(
  { shop, connection }: Conducting,
  marks: readonly LeasedMark[],
): Promise<AdminAnswer<CustomerRead[]>> {
  const ids = marks.map((mark) => mark.customerId)
  const answer = await readCustomers(shop, ids, metafieldsRead(connection.mapping.mapping))
  const asked = standingAsked(connection.rules)
  if (answer.kind !== 'answered') return answer
  const toReads = (standingOf: (customerId: CustomerId) => Standing | null) =>
    marks.map((mark, i) => toRead(mark, answer.data[i] ?? null, standingOf(mark.customerId)))
  if (!asked) return { ...answer, data: toReads(() => noStanding) }
  const shown = answer.data.flatMap((customer) => (customer && !isUnreadable(customer) ? customer.id : []))
  const standings = await readStandings(shop, shown, asked)
  if (standings.kind !== 'answered') return standings
  return {
    ...answer,
    pointsAvailable: standings.pointsAvailable ?? answer.pointsAvailable,
    data: toReads((customerId) => standings.data.get(customerId) ?? null),
  }
}

const UNTOLD: Unreadable = { unreadable: 'failed', words: null }

/** A customer whose standing is null, for Shopify could not tell of it, is as good as not read. */
function toRead(mark: LeasedMark, shown: ShownCustomer, standing: Standing | null): CustomerRead {
  const { customerId, attempt, alone, updatedAt: newestSeenAt } = mark
  const read = shown && !isUnreadable(shown) && standing === null ? UNTOLD : shown
  const [customer, unreadable] = read && isUnreadable(read) ? [null, read] : [read, null]
  return { customerId, customer, unreadable, standing: standing ?? noStanding, newestSeenAt, attempt, alone }
}
