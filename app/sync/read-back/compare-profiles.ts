import { isComparable, type Verdict } from '#app/core/flow/read-back.ts'
import { metafieldsWorth, readSize } from '#app/core/flow/read-lane.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import { isUnreadable } from '#app/core/profile/customer.ts'
import { deliveredPart } from '#app/core/profile/delivered-part.ts'
import { type FieldName, PROPERTY } from '#app/core/profile/field-names.ts'
import { fieldValuesOf, liveFields } from '#app/core/profile/live-fields.ts'
import { type KnownLoyalty, timeProperties } from '#app/core/profile/loyalty-times.ts'
import { computedNames, metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import type { MappingInForce } from '#app/core/settings/mapping.ts'
import type { LiveProfile } from '#app/klaviyo/read-profile.ts'
import type { AdminFailure } from '#app/shopify/admin-answer.ts'
import { readCustomers, type ShownCustomer } from '#app/shopify/read-customers.ts'
import { autocommit } from '#app/store/database.ts'
import { findKnownLoyalty } from '#app/store/loyalty-values.ts'
import type { StoredProfile } from '#app/store/profiles.ts'
import { hashOf } from '../deliver/read-profile.ts'
import { sentNow } from '../report/request-body.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** What is stored of a customer, and the customer's profile as Klaviyo shows it; null if it has none. */
export interface ReadBackProfile {
  readonly customerId: CustomerId
  readonly stored: StoredProfile
  readonly live: LiveProfile | null
}

export type ComparedProfiles =
  | {
      readonly kind: 'compared'
      readonly verdicts: ReadonlyMap<CustomerId, Verdict>
      /** How many of Shopify's points are left; null if it was not asked. */
      readonly pointsAvailable: number | null
    }
  | AdminFailure

/**
 * Says whether Klaviyo has profiles as they were sent. What it has in the fields that were sent has the hash of what was sent, if nothing was changed: for nearly
 * all that is the end. The other customers are read from Shopify. Where they would be sent as they were, the fields are compared one by one.
 */
export async function compareProfiles(
  turn: ShopTurn,
  profiles: readonly ReadBackProfile[],
  now: Date,
): Promise<ComparedProfiles> {
  const verdicts = new Map<CustomerId, Verdict>()
  const times = await timesSentTo(turn, profiles)
  const suspects: (ReadBackProfile & { live: LiveProfile })[] = []
  for (const profile of profiles) {
    const { customerId, stored, live } = profile
    if (!isComparable({ ...stored, syncedAt: stored.row.synced_at }, now)) verdicts.set(customerId, { kind: 'skipped' })
    else if (!live) verdicts.set(customerId, { kind: 'missing' })
    else if (isAsSent(stored, live, turn.policy.mapping, times?.get(customerId)))
      verdicts.set(customerId, { kind: 'as_sent' })
    else suspects.push({ ...profile, live })
  }
  if (suspects.length === 0) return { kind: 'compared', verdicts, pointsAvailable: null }
  const read = await readFromShopify(
    turn,
    suspects.map(({ customerId }) => customerId),
  )
  if (read.kind !== 'read') return read
  for (const [i, suspect] of suspects.entries())
    verdicts.set(suspect.customerId, await verdictOn(turn, suspect, read.customers[i] ?? null))
  return { kind: 'compared', verdicts, pointsAvailable: read.pointsAvailable }
}

/** The loyalty times that were sent, which the hash does not cover; null if none are sent. */
async function timesSentTo(
  { shop, policy: { mapping } }: ShopTurn,
  profiles: readonly ReadBackProfile[],
): Promise<Map<CustomerId, KnownLoyalty> | null> {
  if (computedNames(mapping.mapping, mapping.sharing).length === 0) return null
  return findKnownLoyalty(
    shop,
    profiles.map(({ customerId }) => customerId),
    autocommit,
  )
}

/** Whether the hash proves that Klaviyo has every field as it was sent. If it does not, the customer may only have changed since. */
function isAsSent(
  { hash, fields }: StoredProfile,
  { fields: values }: LiveProfile,
  { mapping, sharing }: MappingInForce,
  loyalty: KnownLoyalty | undefined,
): boolean {
  const added = computedNames(mapping, sharing)
  const part = deliveredPart(
    values,
    fields.filter((field) => !added.includes(field)),
  )
  const canonical = canonicalProfile(part)
  if (hash !== hashOf([canonical, ...(added.length > 0 ? [JSON.stringify(added)] : [])].join(' '))) return false
  const times = loyalty ? timeProperties(loyalty.delivered.times, mapping.computed, sharing) : {}
  return added.every((field) => !fields.includes(field) || values.get(field) === times[field.slice(PROPERTY.length)])
}

/** Compares field by field with what would be sent now, if that is what was sent. Only fields that were sent count. */
async function verdictOn(
  { shop, policy }: ShopTurn,
  { stored, live }: { stored: StoredProfile; live: LiveProfile },
  customer: ShownCustomer,
): Promise<Verdict> {
  const sent = customer && !isUnreadable(customer) ? await sentNow(shop, customer, policy.mapping, stored) : null
  if (!sent || (stored.hash !== sent.hash && stored.hash !== sent.hashHeldBack)) return { kind: 'skipped' }
  const leftOut = stored.omitted.map(({ field }) => field)
  const differing = liveFields(fieldValuesOf(sent.profile), live.fields, { delivered: [], leftOut })
    .filter(({ state }) => state === 'differs' || state === 'missing')
    .map(({ name, isProperty }): FieldName => (isProperty ? PROPERTY + name : name))
    .filter((field) => stored.fields.includes(field))
  return differing.length === 0 ? { kind: 'as_sent' } : { kind: 'differs', fields: differing }
}

/** Reads customers in calls as large as Shopify's remaining points allow, in the order asked for. */
async function readFromShopify(
  { shop, policy }: ShopTurn,
  customerIds: readonly CustomerId[],
): Promise<{ kind: 'read'; customers: readonly ShownCustomer[]; pointsAvailable: number | null } | AdminFailure> {
  const metafields = metafieldsRead(policy.mapping.mapping)
  const customers: ShownCustomer[] = []
  let pointsAvailable: number | null = null
  while (customers.length < customerIds.length) {
    const size = readSize(pointsAvailable, metafieldsWorth(metafields))
    if (size === 0) return { kind: 'throttled', retryAfterMs: WAIT_FOR_POINTS_MS }
    const answer = await readCustomers(shop, customerIds.slice(customers.length, customers.length + size), metafields)
    if (answer.kind !== 'answered') return answer
    customers.push(...answer.data)
    pointsAvailable = answer.pointsAvailable
  }
  return { kind: 'read', customers, pointsAvailable }
}

const WAIT_FOR_POINTS_MS = 5_000
