import { randomUUID } from 'node:crypto'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { loyaltyChanges } from '#app/core/profile/loyalty.ts'
import type { Sql } from '#app/store/database.ts'
import { type LoyaltyEvent, saveLoyaltyEvents } from '#app/store/loyalty-events.ts'
import {
  type CustomerLoyalty,
  dropCarriedLoyalty,
  findKnownLoyalty,
  forgetLoyaltyOf,
  holdLoyalty,
  type KnownLoyalty,
  listCarriedLoyalty,
  saveCarriedLoyalty,
  saveLoyaltyBackfill,
  saveLoyaltyValues,
} from '#app/store/loyalty-values.ts'

// All of it belongs to the transaction in which the profile's row is written: an event and the value that it leads to are
// known together, or not at all.

/** By which choice the loyalty values of a batch were read. */
export interface LoyaltyNoted {
  readonly changedAt: Date | null
  /** A first or full run delivers them: what changed is recorded, and starts no flow. */
  readonly backfill: boolean
}

/** Notes the values of profiles that are in sync now, and what of them has changed since the last delivery. */
export async function noteDelivered(
  shop: ShopDomain,
  delivered: readonly CustomerLoyalty[],
  { changedAt, backfill, now }: LoyaltyNoted & { now: Date },
  on: Sql,
): Promise<void> {
  if (delivered.length === 0 || !(await holdLoyalty(shop, changedAt, on))) return
  const known = await findKnownLoyalty(
    shop,
    delivered.map(({ customerId }) => customerId),
    on,
  )
  const events = delivered.flatMap((one) => eventsOf(one, known.get(one.customerId), { backfill, now }))
  await saveLoyaltyEvents(shop, events, on)
  await saveLoyaltyValues(shop, delivered, on)
}

/** Notes whom a first or full run could not deliver, and left to somebody else. */
export async function noteLeft(shop: ShopDomain, left: readonly CustomerId[], noted: LoyaltyNoted, on: Sql) {
  if (noted.backfill) await saveLoyaltyBackfill(shop, left, on)
}

/** Forgets the values of customers that are gone. */
export async function noteGone(shop: ShopDomain, gone: readonly CustomerId[], on: Sql): Promise<void> {
  await forgetLoyaltyOf(shop, gone, on)
}

/** Notes what an import is to carry, beside the intention to send it. */
export async function noteCarried(
  shop: ShopDomain,
  { job, rows }: { job: string; rows: readonly CustomerLoyalty[] },
  { changedAt, backfill }: LoyaltyNoted,
  on: Sql,
): Promise<void> {
  if (rows.length === 0 || !(await holdLoyalty(shop, changedAt, on))) return
  await saveCarriedLoyalty(shop, { job, backfill, rows }, on)
}

/** Before a job is settled: what it carried of those that it did not fail on is delivered. */
export async function noteImported(
  shop: ShopDomain,
  { job, failed, now }: { job: string; failed: readonly CustomerId[]; now: Date },
  on: Sql,
): Promise<void> {
  const without = new Set(failed)
  const carried = (await listCarriedLoyalty(shop, job, on)).filter(({ customerId }) => !without.has(customerId))
  const events = carried.flatMap((one) => eventsOf(one, one.known, { backfill: false, now }))
  await saveLoyaltyEvents(shop, events, on)
  await saveLoyaltyValues(shop, carried, on)
  await dropCarriedLoyalty(shop, job, on)
}

function eventsOf(
  { customerId, values }: CustomerLoyalty,
  known: KnownLoyalty | undefined,
  { backfill, now }: { backfill: boolean; now: Date },
): LoyaltyEvent[] {
  if (!known) return []
  return loyaltyChanges(known.values, values).map((change) => ({
    ...change,
    id: randomUUID(),
    customerId,
    at: now,
    backfill: backfill || known.backfill,
  }))
}
