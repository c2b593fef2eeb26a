import { snapshotParts } from '#app/core/flow/membership-snapshot.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { AdminFailure } from '#app/shopify/admin-answer.ts'
import { advanceSnapshot, type MembershipRecord, type MembershipSnapshot } from '#app/store/memberships.ts'

/** How far a call has filled a snapshot. */
export type CollectOutcome = 'complete' | 'under_way' | AdminFailure['kind']

/** The result of one page, or of one check on an operation: the snapshot's new position, or why it has not moved. */
export type SnapshotStep =
  | { readonly kind: 'moved'; readonly to: MembershipSnapshot; readonly pointsAvailable: number | null }
  | { readonly kind: Exclude<CollectOutcome, 'complete'> }

/** What every step of filling a snapshot needs. */
export interface Collector {
  readonly shop: ShopDomain
  readonly holder: string
  readonly clock: () => Date
}

/** The snapshot at the beginning of its next list; complete after the last one. */
export function nextPart(snapshot: MembershipSnapshot): MembershipSnapshot {
  const part = snapshot.part + 1
  const complete = part >= snapshotParts(snapshot.asked).length
  return { ...snapshot, part, cursor: null, operation: null, complete }
}

/** Saves the snapshot's new position with what was read. Saves nothing if another process has moved it meanwhile: the next call continues there. */
export async function saveStep(
  { shop, holder, clock }: Collector,
  from: MembershipSnapshot,
  to: MembershipSnapshot,
  { rows = [], pointsAvailable = null }: { rows?: readonly MembershipRecord[]; pointsAvailable?: number | null } = {},
): Promise<SnapshotStep> {
  const moved = await advanceSnapshot(shop, holder, { from, to, rows, now: clock() })
  return moved ? { kind: 'moved', to, pointsAvailable } : { kind: 'under_way' }
}
