import { isDeepStrictEqual } from 'node:util'
import type { FlowTriggerPayloads } from '#app/core/flow/flow-trigger.ts'
import { eventsAfter } from '#app/core/flow/follow-ups.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import {
  kindsWithNewSource,
  type LoyaltyChoices,
  type LoyaltyValues,
  storedMeanings,
  withMeanings,
} from '#app/core/profile/loyalty.ts'
import { type KnownLoyalty, type LoyaltyTimes, noTimes, sameTimes, timesSent } from '#app/core/profile/loyalty-times.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'
import type { Sql } from '#app/store/database.ts'
import { resendProfiles } from '#app/store/loyalty-times.ts'
import {
  type CustomerLoyalty,
  dropCarriedLoyalty,
  findKnownLoyalty,
  forgetLoyaltyOf,
  listCarriedLoyalty,
  saveCarriedLoyalty,
  saveLoyaltyBackfill,
  saveLoyaltyValues,
} from '#app/store/loyalty-values.ts'
import { type NewRequest, saveRequests } from '#app/store/outbox.ts'
import { type ChoicesInForce, holdLoyaltyChoices } from '#app/store/settings.ts'
import { requestFlowTriggers } from '../flow/request-flow-trigger.ts'

// All of these run in the transaction that writes the profile's row: an event and the value that it leads to are saved together, or not at
// all.

/** How the loyalty values of a batch are recorded. */
export interface LoyaltyRecording {
  /** The choices by which the values were read. */
  readonly read: Pick<ChoicesInForce, 'mapping' | 'loyalty'>
  /** True for a first or full run: its changes are recorded as past, and start no flow. */
  readonly backfill: boolean
}

/** Values that Klaviyo has now. */
export interface DeliveredLoyalty {
  readonly customerId: CustomerId
  readonly values: LoyaltyValues
  /** The times that were sent with them; null if the profile was not sent. */
  readonly times: LoyaltyTimes | null
}

/** Saves the values of profiles that are in sync now, and an event for each value that has changed since the last delivery. */
export async function recordDelivered(
  shop: ShopDomain,
  delivered: readonly DeliveredLoyalty[],
  { read, backfill, now }: LoyaltyRecording & { now: Date },
  on: Sql,
): Promise<void> {
  if (delivered.length === 0) return
  const { choices, kinds, sameTimesSent } = await holdChoices(shop, read, on)
  if (!sameTimesSent) await resendProfiles(shop, idsOf(delivered.filter(({ times }) => times !== null)), on)
  if (kinds.length === 0) return
  const known = await findKnownLoyalty(shop, idsOf(delivered), on)
  const rows = delivered.map(({ customerId, values, times }): CustomerLoyalty => {
    const stored = known.get(customerId)?.delivered.times
    return { customerId, values: withMeanings(values, kinds), times: times ?? stored ?? noTimes }
  })
  const events = rows.flatMap((row) => eventsOf(row, known.get(row.customerId), { backfill, choices }))
  await saveRequests(shop, 'event', events, now, on)
  const tiers = rows.flatMap((row) => tierDelivered(row, known.get(row.customerId), backfill))
  await requestFlowTriggers(shop, 'loyalty_tier_delivered', tiers, now, on)
  // Even an update that changes nothing would write to the row.
  const news = rows.filter((row) => isNews(row, known.get(row.customerId)))
  await saveLoyaltyValues(shop, news, on)
}

function isNews({ values, times }: CustomerLoyalty, known: KnownLoyalty | undefined): boolean {
  if (!known || known.backfill || known.sent) return true
  const { delivered } = known
  return !isDeepStrictEqual({ ...delivered.values, ...values }, delivered.values) || !sameTimes(times, delivered.times)
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

/**
 * Records the values that an import carries, in the transaction that saves the import before it is sent. Throws if times are sent or not sent
 * any more since the customers were read: then the batch is decided on again.
 */
export async function recordCarried(
  shop: ShopDomain,
  { job, rows }: { job: string; rows: readonly CustomerLoyalty[] },
  { read, backfill }: LoyaltyRecording,
  on: Sql,
): Promise<void> {
  if (rows.length === 0) return
  const { kinds, sameTimesSent } = await holdChoices(shop, read, on)
  if (!sameTimesSent) throw new Error(`The mapping of ${shop} was changed meanwhile`)
  if (kinds.length === 0) return
  const carried = rows.map((row) => ({ ...row, values: withMeanings(row.values, kinds) }))
  await saveCarriedLoyalty(shop, { job, backfill, rows: carried }, on)
}

/** Saves the values that a job has delivered, which excludes the `failed` customers. To be called before the job is settled. */
export async function recordImported(
  shop: ShopDomain,
  {
    request,
    failed,
    read,
    now,
  }: { request: string; failed: readonly CustomerId[]; now: Date } & Pick<LoyaltyRecording, 'read'>,
  on: Sql,
): Promise<void> {
  const without = new Set(failed)
  const carried = (await listCarriedLoyalty(shop, request, on)).filter(({ customerId }) => !without.has(customerId))
  if (carried.length > 0) {
    // What was read in another way than the next values has been forgotten when that was chosen.
    const { choices } = await holdChoices(shop, read, on)
    const events = carried.flatMap((one) => eventsOf(one, one.known, { backfill: false, choices }))
    await saveRequests(shop, 'event', events, now, on)
    const tiers = carried.flatMap((one) => tierDelivered(one, one.known, false))
    await requestFlowTriggers(shop, 'loyalty_tier_delivered', tiers, now, on)
    await saveLoyaltyValues(shop, carried, on)
  }
  await dropCarriedLoyalty(shop, request, on)
}

/**
 * Returns the choices as they are now, until the transaction ends; the meanings whose values can be stored although they were read by earlier
 * choices; and whether the same times are sent as then.
 */
async function holdChoices(
  shop: ShopDomain,
  read: LoyaltyRecording['read'],
  on: Sql,
): Promise<{ choices: LoyaltyChoices; kinds: readonly Meaning[]; sameTimesSent: boolean }> {
  const choices = await holdLoyaltyChoices(shop, read, on)
  const resourced = kindsWithNewSource(read.mapping.mapping, choices.mapping)
  return {
    choices,
    kinds: storedMeanings(choices).filter((kind) => !resourced.includes(kind)),
    sameTimesSent: isDeepStrictEqual(timesSent(read.mapping.mapping), timesSent(choices.mapping)),
  }
}

function idsOf(rows: readonly { readonly customerId: CustomerId }[]): CustomerId[] {
  return rows.map(({ customerId }) => customerId)
}

function eventsOf(
  { customerId, values }: CustomerLoyalty,
  known: KnownLoyalty | undefined,
  how: { backfill: boolean; choices: LoyaltyChoices },
): NewRequest<'event'>[] {
  return eventsAfter(values, known, how).map((payload) => ({ subject: customerId, payload }))
}

/** The tier that a workflow is told of: one that the customer has now and had not before. None if it belongs to the past, as events do. */
function tierDelivered(
  { customerId, values: { tier } }: CustomerLoyalty,
  known: KnownLoyalty | undefined,
  backfill: boolean,
): FlowTriggerPayloads['loyalty_tier_delivered'][] {
  const before = known?.delivered.values.tier
  if (!known || known.backfill || backfill || tier == null || before === undefined) return []
  const [newTier, oldTier] = [String(tier), before === null ? null : String(before)]
  return newTier === oldTier ? [] : [{ customerId, newTier, oldTier }]
}
