import { type SnapshotPart, snapshotParts } from '#app/core/flow/membership-snapshot.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { MembershipQuery } from '#app/core/profile/memberships.ts'
import { readSegmentMembers } from '#app/shopify/segments.ts'
import { type MembershipSnapshot, openSnapshot } from '#app/store/memberships.ts'
import { findShop } from '#app/store/shops.ts'
import { collectPlaces } from './collect-places.ts'
import { checkSegmentsGone } from './record-segments-gone.ts'
import { type CollectOutcome, type Collector, nextPart, type SnapshotStep, saveStep } from './save-step.ts'

/** Points reserved for live reads: below this, collecting waits until Shopify has restored some. */
const RESERVED_POINTS = 500

/**
 * Reads the segments and companies of all customers, as far as the query needs them, page by page into a snapshot that is kept for `holder`
 * until it is deleted. Continues where the last call stopped, whatever ended it; with another query, starts from the beginning. Returns
 * `complete` once all is read, and `under_way` when `until` is reached or Shopify is still writing a file.
 */
export async function collectMemberships(
  shop: ShopDomain,
  holder: string,
  query: MembershipQuery,
  { until, clock }: { until: Date; clock: () => Date },
): Promise<CollectOutcome> {
  const collector = { shop, holder, clock }
  let snapshot = await openSnapshot(shop, holder, query, clock())
  while (!snapshot.complete) {
    const step = await collectOn(collector, snapshot)
    if (step.kind !== 'moved') return step.kind
    snapshot = step.to
    if (snapshot.complete) break
    if (clock() >= until) return 'under_way'
    if (step.pointsAvailable !== null && step.pointsAvailable < RESERVED_POINTS) return 'throttled'
  }
  return 'complete'
}

/** Reads one page, or checks once on the operation that writes the list. */
async function collectOn(collector: Collector, snapshot: MembershipSnapshot): Promise<SnapshotStep> {
  const part = snapshotParts(snapshot.asked)[snapshot.part]
  switch (part?.kind) {
    case undefined:
      return saveStep(collector, snapshot, nextPart(snapshot))
    case 'gone':
      return checkSegments(collector, snapshot)
    case 'members':
      return readMembers(collector, snapshot, part.segment)
    case 'contacts':
    case 'roles':
      return readPlaces(collector, snapshot, part.kind)
    default:
      return part satisfies never
  }
}

async function checkSegments(collector: Collector, snapshot: MembershipSnapshot): Promise<SnapshotStep> {
  const answer = await checkSegmentsGone(collector.shop, snapshot.asked.segments)
  if (answer.kind !== 'answered') return { kind: answer.kind }
  return saveStep(collector, snapshot, nextPart(snapshot), { pointsAvailable: answer.pointsAvailable })
}

async function readMembers(collector: Collector, snapshot: MembershipSnapshot, segment: string): Promise<SnapshotStep> {
  const answer = await readSegmentMembers(collector.shop, segment, snapshot.cursor)
  if (answer.kind !== 'answered') return { kind: answer.kind }
  const page = answer.data
  if (!page) return skipIfGone(collector, snapshot, segment)
  const rows = page.members.map((customerId) => ({ customerId, segment }))
  const to = page.next === null ? nextPart(snapshot) : { ...snapshot, cursor: page.next }
  return saveStep(collector, snapshot, to, { rows, pointsAvailable: answer.pointsAvailable })
}

/** A deleted segment has no members. That Shopify returns no members does not prove that it was deleted, so this is checked. */
async function skipIfGone(collector: Collector, snapshot: MembershipSnapshot, segment: string): Promise<SnapshotStep> {
  const answer = await checkSegmentsGone(collector.shop, [segment])
  if (answer.kind !== 'answered') return { kind: answer.kind }
  if (answer.data.length === 0) return { kind: 'unavailable' }
  return saveStep(collector, snapshot, nextPart(snapshot), { pointsAvailable: answer.pointsAvailable })
}

/** A shop that does not sell to companies has no contacts, and Shopify would refuse the query. */
async function readPlaces(
  collector: Collector,
  snapshot: MembershipSnapshot,
  which: Extract<SnapshotPart['kind'], 'contacts' | 'roles'>,
): Promise<SnapshotStep> {
  const b2b = (await findShop(collector.shop))?.b2b ?? null
  if (b2b === null) return { kind: 'unavailable' } // read with the shop's facts, at the beginning of the next turn
  if (!b2b) return saveStep(collector, snapshot, nextPart(snapshot))
  return collectPlaces(collector, snapshot, which)
}
