import { decisionOf, type SyncPurpose } from '#app/core/flow/decision.ts'
import type { LastHeard } from '#app/core/flow/heard.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { losesMetafield } from '#app/core/loyalty/held-sources.ts'
import { clearableBy } from '#app/core/profile/clearable-fields.ts'
import type { Customer, Unreadable } from '#app/core/profile/customer.ts'
import { type LoyaltyValues, loyaltyValuesOf } from '#app/core/profile/loyalty.ts'
import { noTimes } from '#app/core/profile/loyalty-times.ts'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'
import type { Memberships } from '#app/core/profile/memberships.ts'
import type { MappingInForce } from '#app/core/settings/mapping.ts'
import { autocommit } from '#app/store/database.ts'
import { findAsSent, findKnownProfiles, type StoredProfile } from '#app/store/profiles.ts'
import { findErased } from '#app/store/tombstones.ts'
import { mappingBeforeClearing } from '../loyalty/record-look.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { fieldsAfter, type OutgoingPush } from './outgoing-push.ts'
import { type Choice, type ReadProfile, readProfile } from './read-profile.ts'
import type { PushSource } from './record-origins.ts'

/** A customer that was read, with what is known of the mark or run that it was read for. */
export interface CustomerRead {
  readonly customerId: CustomerId
  /** Null when Shopify no longer has the customer, or it could not be read. */
  readonly customer: Customer | null
  /** Why the customer could not be read; null when it could. */
  readonly unreadable: Unreadable | null
  readonly memberships: Memberships
  /** The newest `updated_at` that webhooks reported; null when none did. */
  readonly newestSeenAt: Date | null
  /** The number of this attempt, from 1. */
  readonly attempt: number
  /** True if the customer is to be sent alone, not in an import. */
  readonly singleOnly: boolean
  /** How the change was heard of that it is read for; null in a run, and if the mark follows from Lockstep's own work. */
  readonly heard: LastHeard | null
}

/** What a batch's customers are read and pushed for. */
export interface BatchSource extends PushSource {
  readonly purpose: SyncPurpose
  /** The most profiles that one import may carry; null when only Klaviyo's own limits apply. */
  readonly importSize: number | null
}

/** A customer that a run found exactly as it was last sent. */
export interface UnchangedCustomer {
  readonly customerId: CustomerId
  readonly updatedAt: Date
  /** The customer's values as they were read; null if no loyalty values are stored. */
  readonly loyalty: LoyaltyValues | null
}

/** What follows from one read, and the push that it leads to; null if none. */
export type DecidedRead = ReturnType<typeof decide>

export interface DecidedBatch {
  /** The customers of a run that are not among the decided, because nothing follows from their reads. Empty for live changes. */
  readonly unchanged: readonly UnchangedCustomer[]
  readonly decided: readonly DecidedRead[]
}

/**
 * Decides what follows from each read. `stored` are the meanings whose loyalty values are kept. Before a value is cleared that a customer no
 * longer has, it is made sure that the metafield can still be read; a dry run, which writes nothing, made sure of it when it began.
 */
export async function decideBatch(
  turn: ShopTurn,
  reads: readonly CustomerRead[],
  from: BatchSource,
  { stored, dry }: { stored: readonly Meaning[]; dry: boolean },
): Promise<DecidedBatch> {
  const { mapping } = turn.policy
  const asMapped = await decideAll(turn, reads, { from, mapping: mapping.mapping, stored })
  const trusted = !dry && asMapped.decided.some(losesValue(mapping)) ? await mappingBeforeClearing(turn) : null
  return trusted ? decideAll(turn, reads, { from, mapping: trusted, stored }) : asMapped
}

async function decideAll(
  { shop, policy }: ShopTurn,
  reads: readonly CustomerRead[],
  { from, mapping, stored }: { from: BatchSource; mapping: Mapping; stored: readonly Meaning[] },
): Promise<DecidedBatch> {
  const { audience } = policy
  const { sharing } = policy.mapping
  const all = reads.map((read) => readOne(read, { audience, mapping, sharing, stored }))
  const { unchanged, rest } = await withoutUnchanged(shop, all, from.purpose)
  const ids = rest.map(({ read }) => read.customerId)
  const [known, erased] = await Promise.all([
    findKnownProfiles(shop, ids, autocommit),
    findErased(shop, ids, autocommit),
  ])
  const clearable = clearableBy(policy.mapping)
  const decided = rest.map((one) => {
    const row = known.get(one.read.customerId)
    const knownProfile = row ? { ...row, fields: clearable(row.fields) } : null
    return decide(one, knownProfile, erased.has(one.read.customerId), from)
  })
  return { unchanged, decided }
}

/** A metafield that cannot be read any more looks like one that the customer does not have. */
function losesValue({ mapping, sharing }: MappingInForce) {
  return ({ read, sent }: DecidedRead) =>
    read.customer !== null && losesMetafield(read.customer, sent?.fieldsToClear?.properties ?? [], { mapping, sharing })
}

/** A customer that was read, and the profile that it should have. */
interface ReadOne {
  readonly read: CustomerRead
  readonly reading: ReadProfile
  readonly loyalty: LoyaltyValues | null
}

function readOne(
  read: CustomerRead,
  { audience, mapping, sharing, stored }: Choice & { stored: readonly Meaning[] },
): ReadOne {
  const reading: ReadProfile = read.unreadable
    ? readingOf(read.unreadable)
    : readProfile(read.customer, read.memberships, { audience, mapping, sharing })
  const loyalty = stored.length > 0 && read.customer ? loyaltyValuesOf(read.customer, mapping, stored) : null
  return { read, reading, loyalty }
}

/**
 * Separates the customers that a run finds exactly as they were sent, which are nearly all. They are found by their hash alone, without
 * reading their rows. A live change is always decided on, because its read may have come too soon.
 */
async function withoutUnchanged(
  shop: ShopDomain,
  all: readonly ReadOne[],
  { kind }: SyncPurpose,
): Promise<{ unchanged: readonly UnchangedCustomer[]; rest: readonly ReadOne[] }> {
  if (kind === 'live') return { unchanged: [], rest: all }
  const profiles = all.flatMap(({ read, reading }) =>
    reading.kind === 'profile' ? { customerId: read.customerId, hash: reading.hash } : [],
  )
  const asSent = await findAsSent(shop, profiles)
  if (asSent.size === 0) return { unchanged: [], rest: all }
  const unchanged: UnchangedCustomer[] = []
  const rest: ReadOne[] = []
  for (const one of all) {
    const { read, loyalty } = one
    if (asSent.has(read.customerId))
      unchanged.push({ customerId: read.customerId, updatedAt: read.customer!.updatedAt, loyalty })
    else rest.push(one)
  }
  return { unchanged, rest }
}

function decide(
  { read, reading, loyalty }: ReadOne,
  known: StoredProfile | null,
  erased: boolean,
  { readAt, purpose }: BatchSource,
) {
  const decision = decisionOf(
    { purpose, reading, readAt, newestSeenAt: read.newestSeenAt, attempt: read.attempt },
    known,
    erased,
  )
  if (decision.kind !== 'push' || reading.kind !== 'profile')
    return { read, known, reading, decision, loyalty, sent: null }
  const { canonical, email, hash, kept, invalid, updatedAt } = reading
  const { customerId, attempt, singleOnly, heard } = read
  const klaviyoId = known?.klaviyoId ?? null
  const delivered = known?.fields ?? []
  const fields = fieldsAfter(reading.fields, kept, delivered)
  const mayCarry = known ? [...new Set([...known.fields, ...fields])].sort() : fields
  const push: OutgoingPush = {
    customerId,
    canonical,
    email,
    hash,
    fields,
    mayCarry,
    updatedAt,
    klaviyoId,
    origin: 'tracked',
    loyalty: loyalty && { values: loyalty, times: noTimes },
    delivered,
    fieldsToClear: decision.fieldsToClear,
    heldBack: [],
    kept,
    omitted: invalid.map(({ field, why }) => ({ field, reason: 'invalid', words: why, value: '' })),
    takenBy: null,
    awaitsMerge: false,
    attempt,
    singleOnly,
    heard,
    delivery: null,
  }
  return { read, known, reading, decision, loyalty, sent: push }
}

/** A customer that cannot be read is not sent, so that no field is cleared that Shopify only withholds. */
function readingOf({ unreadable, words }: Unreadable): ReadProfile {
  if (unreadable === 'failed') return { kind: 'unreadable' }
  const code = unreadable === 'withheld' ? 'fields_withheld' : 'unreadable_record'
  return { kind: 'issue', code, words, updatedAt: null }
}
