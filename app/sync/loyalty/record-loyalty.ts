import { isDeepStrictEqual } from 'node:util'
import { eventsAfter } from '#app/core/flow/follow-ups.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { LoyaltyValues } from '#app/core/profile/loyalty.ts'
import type { Sql } from '#app/store/database.ts'
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
import { type NewRequest, saveRequests } from '#app/store/outbox.ts'

// All of these run in the transaction that writes the profile's row: an event and the value that it leads to are saved together, or not at
// all.

/** How changes of loyalty values are recorded for a batch. */
export interface LoyaltyRecording {
  /** When the loyalty settings were last changed, as of the read. Nothing is recorded if they have changed since. */
  readonly changedAt: Date | null
  /** True for a first or full run: its changes are recorded as past, and start no flow. */
  readonly backfill: boolean
}

/** Saves the values of profiles that are in sync now, and an event for each value that has changed since the last delivery. */
export async function recordDelivered(
  shop: ShopDomain,
  delivered: readonly CustomerLoyalty[],
  { changedAt, backfill, now }: LoyaltyRecording & { now: Date },
  on: Sql,
): Promise<void> {
  if (delivered.length === 0 || !(await holdLoyalty(shop, changedAt, on))) return
  const known = await findKnownLoyalty(
    shop,
    delivered.map(({ customerId }) => customerId),
    on,
  )
  const events = delivered.flatMap((one) => eventsOf(one, known.get(one.customerId), backfill))
  await saveRequests(shop, 'event', events, now, on)
  // Even an update that changes nothing would write to the row.
  const news = delivered.filter(({ customerId, values }) => isNews(values, known.get(customerId)))
  await saveLoyaltyValues(shop, news, on)
}

function isNews(values: LoyaltyValues, known: KnownLoyalty | undefined): boolean {
  return !known || known.backfill || !isDeepStrictEqual(values, known.values)
}

/** Records customers that a first or full run could not deliver, so that their next delivery counts as part of that run. */
export async function recordUndelivered(
  shop: ShopDomain,
  undelivered: readonly CustomerId[],
  { backfill }: LoyaltyRecording,
  on: Sql,
) {
  if (backfill) await saveLoyaltyBackfill(shop, undelivered, on)
}

/** Forgets the values of customers that are gone. */
export async function forgetGone(shop: ShopDomain, gone: readonly CustomerId[], on: Sql): Promise<void> {
  await forgetLoyaltyOf(shop, gone, on)
}

/** Records the values that an import carries, in the transaction that saves the import before it is sent. */
export async function recordCarried(
  shop: ShopDomain,
  { job, rows }: { job: string; rows: readonly CustomerLoyalty[] },
  { changedAt, backfill }: LoyaltyRecording,
  on: Sql,
): Promise<void> {
  if (rows.length === 0 || !(await holdLoyalty(shop, changedAt, on))) return
  await saveCarriedLoyalty(shop, { job, backfill, rows }, on)
}

/** Saves the values that a job has delivered, which excludes the `failed` customers. To be called before the job is settled. */
export async function recordImported(
  shop: ShopDomain,
  { request, failed, now }: { request: string; failed: readonly CustomerId[]; now: Date },
  on: Sql,
): Promise<void> {
  const without = new Set(failed)
  const carried = (await listCarriedLoyalty(shop, request, on)).filter(({ customerId }) => !without.has(customerId))
  const events = carried.flatMap((one) => eventsOf(one, one.known, false))
  await saveRequests(shop, 'event', events, now, on)
  await saveLoyaltyValues(shop, carried, on)
  await dropCarriedLoyalty(shop, request, on)
}

function eventsOf(
  { customerId, values }: CustomerLoyalty,
  known: KnownLoyalty | undefined,
  backfill: boolean,
): NewRequest<'event'>[] {
  return eventsAfter(values, known, { backfill }).map((payload) => ({ subject: customerId, payload }))
}
