import { type Decision, decisionOf, type KnownProfile, type SyncPurpose } from '#app/core/flow/decision.ts'
import { importBatches, MIN_IMPORT_PROFILES } from '#app/core/flow/import-batches.ts'
import type { Interruption, PushOutcome } from '#app/core/flow/push-outcome.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { losesMetafield } from '#app/core/loyalty/held-sources.ts'
import { clearableBy } from '#app/core/profile/clearable-fields.ts'
import type { Customer, Unreadable } from '#app/core/profile/customer.ts'
import { type LoyaltyValues, loyaltyValuesOf, storedMeanings } from '#app/core/profile/loyalty.ts'
import { noTimes } from '#app/core/profile/loyalty-times.ts'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'
import type { Memberships } from '#app/core/profile/memberships.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import type { MappingInForce } from '#app/core/settings/mapping.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { hasRequests } from '#app/store/outbox.ts'
import { findAsSent, findKnownProfiles, type StoredProfile, saveIntendedPushes } from '#app/store/profiles.ts'
import { choicesOf } from '#app/store/settings.ts'
import { holdAccount } from '#app/store/shops.ts'
import { findErased } from '#app/store/tombstones.ts'
import { mappingBeforeClearing } from '../loyalty/record-look.ts'
import type { LoyaltyRecording } from '../loyalty/record-loyalty.ts'
import { withTimes } from '../loyalty/send-times.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { findFormerProfiles } from './find-former.ts'
import { fieldsAfter, fingerprintOf, holdingBackIdentifiers, type OutgoingPush, withoutField } from './outgoing-push.ts'
import { type AcceptedJob, type ImportedPush, type ImportSource, pushByImport } from './push-by-import.ts'
import { pushSingly } from './push-singly.ts'
import { type Choice, type ReadProfile, readProfile } from './read-profile.ts'
import { type PushSource, recordOrigins } from './record-origins.ts'
import { resolveOrigins } from './resolve-origins.ts'

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
}

/** What a batch's customers are read and pushed for. */
export interface BatchSource extends PushSource {
  readonly purpose: SyncPurpose
  /** The most profiles that one import may carry; null when only Klaviyo's own limits apply. */
  readonly importSize: number | null
}

export interface Delivery {
  readonly read: CustomerRead
  /** The stored profile row, without fields that are to be kept in Klaviyo; null when there is none. */
  readonly known: StoredProfile | null
  readonly reading: ReadProfile
  readonly decision: Decision
  /** The customer's values as they were read; null if no loyalty values are stored. */
  readonly loyalty: LoyaltyValues | null
  /** Null when the decision was not to push. */
  readonly push: { readonly sent: OutgoingPush; readonly outcome: PushOutcome | ImportedPush } | null
}

/** A customer that a run found exactly as it was last sent. */
export interface UnchangedCustomer {
  readonly customerId: CustomerId
  readonly updatedAt: Date
  /** The customer's values as they were read; null if no loyalty values are stored. */
  readonly loyalty: LoyaltyValues | null
}

export interface DeliveredBatch {
  readonly deliveries: readonly Delivery[]
  /** The customers of a run that are not among the deliveries, because nothing follows from their reads. Empty for live changes. */
  readonly unchanged: readonly UnchangedCustomer[]
  readonly jobs: readonly AcceptedJob[]
  /** Requests made to Klaviyo. */
  readonly calls: number
  /** Why Klaviyo did not accept an import, if it did not: a run does not move past its chunk then. Null when all were accepted. */
  readonly interruption: Interruption | null
  /** The number of profiles in the largest import that Klaviyo failed on while it answered other calls; null when there was none. */
  readonly suspectSize: number | null
  /** How loyalty values are to be recorded; null while none are stored. */
  readonly loyalty: LoyaltyRecording | null
}

/**
 * Decides what follows from each read and delivers it: few profiles, and those with a field to clear, one by one; many by imports.
 * Writes to the database only what it is about to send. The caller settles the batch, in one transaction with its own rows.
 */
export async function deliverBatch(
  turn: ShopTurn,
  reads: readonly CustomerRead[],
  from: BatchSource,
): Promise<DeliveredBatch> {
  const { mapping } = turn.policy
  const stored = storedMeanings(choicesOf(turn.policy))
  const asMapped = await decideAll(turn, reads, { from, mapping: mapping.mapping, stored })
  const trusted = asMapped.decided.some(losesValue(mapping)) ? await mappingBeforeClearing(turn) : null
  const { unchanged, decided } = trusted ? await decideAll(turn, reads, { from, mapping: trusted, stored }) : asMapped
  const timed = await withTimes(turn, decided, from.readAt)
  const outgoing = timed.map((one) => (one.sent ? { ...one, sent: withoutRefused(one.sent, one.known) } : one))
  const resolved = await resolveOrigins(turn, outgoing, from.newProfiles)
  const former = await findFormerProfiles(turn, resolved.items)
  const items = await withoutUnsafeIdentifiers(turn, former.items)
  const isUnclear = ({ customerId }: OutgoingPush) => resolved.unclear.has(customerId) || former.unclear.has(customerId)
  const lookupStop = resolved.interruption ?? former.interruption
  const pushes = items.flatMap(({ sent }) => (sent && !isUnclear(sent) ? sent : []))

  const few = pushes.length < MIN_IMPORT_PROFILES
  const single = few ? pushes : pushes.filter((push) => push.singleOnly || push.fieldsToClear)
  const many = few ? [] : pushes.filter((push) => !push.singleOnly && !push.fieldsToClear)
  const recording = stored.length > 0 ? recordingOf(turn.policy, from.purpose) : null
  const imported = await pushMany(turn, many, { ...from, loyalty: recording }, from.importSize)
  // Klaviyo may have refused a field that can be left out of the profile.
  const retriable = many.filter((push) => isRetriableSingly(imported.outcomes.get(push)))
  const singleOnly = [...single, ...retriable]
  await recordIntended(turn, singleOnly, from)
  const singly = await pushSingly(turn, singleOnly)

  const pushed = new Map<CustomerId, NonNullable<Delivery['push']>>()
  for (const [sent, outcome] of imported.outcomes) pushed.set(sent.customerId, { sent, outcome })
  for (const one of singly) pushed.set(one.sent.customerId, one)
  const deliveries = items.map(({ sent, ...delivery }): Delivery => {
    return {
      ...delivery,
      push: sent && (isUnclear(sent) ? { sent, outcome: lookupStop! } : pushed.get(sent.customerId)!),
    }
  })
  const sentSingly = singly.filter(({ outcome }) => outcome.kind === 'accepted' || outcome.kind === 'refused').length
  const calls = resolved.calls + former.calls + imported.calls + sentSingly
  const interruption = lookupStop ?? imported.interruption
  const { jobs, suspectSize } = imported
  return { deliveries, unchanged, jobs, calls, interruption, suspectSize, loyalty: recording }
}

async function decideAll(
  { shop, policy }: ShopTurn,
  reads: readonly CustomerRead[],
  { from, mapping, stored }: { from: BatchSource; mapping: Mapping; stored: readonly Meaning[] },
) {
  const { audience } = policy
  const { sharing } = policy.mapping
  const all = reads.map((read) => readOne(read, { audience, mapping, sharing, stored }))
  const { unchanged, rest } = await withoutUnchanged(shop, all, from.purpose)
  const ids = rest.map(({ read }) => read.customerId)
  const [known, erased] = await Promise.all([findKnownProfiles(shop, ids, autocommit), findErased(shop, ids)])
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
  return ({ read, sent }: ReturnType<typeof decide>) =>
    read.customer !== null && losesMetafield(read.customer, sent?.fieldsToClear?.properties ?? [], { mapping, sharing })
}

function isRetriableSingly(outcome: ImportedPush | undefined): boolean {
  return outcome?.kind === 'refused' && outcome.fields.length > 0
}

interface Decided {
  readonly known: KnownProfile | null
  readonly decision: Decision
  readonly sent: OutgoingPush | null
}

/**
 * Holds back the second identifiers of pushes whose Klaviyo id is not known: Klaviyo might match another profile by them. A customer of
 * which only these identifiers are missing waits while the ids of an import are being fetched.
 */
async function withoutUnsafeIdentifiers<Item extends Decided>(turn: ShopTurn, items: readonly Item[]): Promise<Item[]> {
  let fetching: boolean | null = null
  const result: Item[] = []
  for (const item of items) {
    if (!item.sent || item.sent.klaviyoId !== null) {
      result.push(item)
      continue
    }
    const sent = holdingBackIdentifiers(item.sent)
    const isDelivered = item.known?.state === 'synced' && sent.heldBack.length > 0 && item.known.hash === sent.hash
    if (isDelivered) fetching ??= await hasRequests(turn.shop, 'fetch_ids', autocommit)
    result.push(
      isDelivered && fetching ? { ...item, decision: { kind: 'awaiting_id' }, sent: null } : { ...item, sent },
    )
  }
  return result
}

async function recordIntended(turn: ShopTurn, pushes: readonly OutgoingPush[], from: BatchSource): Promise<void> {
  if (pushes.length === 0) return
  await transaction(async (on) => {
    // Connected to another account meanwhile: nothing will be sent.
    if (!(await holdAccount(turn.shop, turn.credential.accountId, on))) return
    await saveIntendedPushes(turn.shop, pushes, from.readAt, on)
    await recordOrigins(turn, { pushes, job: null }, from, on)
  })
}

/** What a full run or a baseline finds changed may have changed long ago: it is recorded as past, and starts no flow. */
function recordingOf(read: LoyaltyRecording['read'], { kind }: SyncPurpose): LoyaltyRecording {
  return { read, backfill: kind === 'full' || kind === 'baseline' }
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
  const { customerId, attempt, singleOnly } = read
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
  }
  return { read, known, reading, decision, loyalty, sent: push }
}

/** Leaves out the values that Klaviyo refused before: sending them again would cost a call each time, or get a whole import refused. */
function withoutRefused(push: OutgoingPush, known: KnownProfile | null): OutgoingPush {
  const refused = known?.omitted.filter(({ reason }) => reason === 'refused') ?? []
  if (refused.length === 0) return push
  const profile = JSON.parse(push.canonical) as Profile
  return refused
    .filter(({ field, value }) => fingerprintOf(profile, field) === value)
    .reduce((sent, { field, reason, words }) => withoutField(sent, field, { reason, words }), push)
}

/** A customer that cannot be read is not sent, so that no field is cleared that Shopify only withholds. */
function readingOf({ unreadable, words }: Unreadable): ReadProfile {
  if (unreadable === 'failed') return { kind: 'unreadable' }
  const code = unreadable === 'withheld' ? 'fields_withheld' : 'unreadable_record'
  return { kind: 'issue', code, words, updatedAt: null }
}

/** After Klaviyo has failed on this many imports of a batch, the others wait. */
const MOST_SUSPECTS = 4

/**
 * Once one import is interrupted, the rest get the same outcome: no import can be sent. The exception is an import that Klaviyo fails on
 * while it answers other calls: then the content of that import is the cause.
 */
async function pushMany(turn: ShopTurn, pushes: readonly OutgoingPush[], from: ImportSource, size: number | null) {
  const outcomes = new Map<OutgoingPush, ImportedPush>()
  const jobs: AcceptedJob[] = []
  let calls = 0
  let interruption: Interruption | null = null
  const suspects: number[] = []
  for (const batch of importBatches(
    pushes.map((push) => ({ push, bytes: bytesOf(push) })),
    size ?? undefined,
  )) {
    const sent = batch.map(({ push }) => push)
    if (interruption && !(isSuspect(interruption) && suspects.length < MOST_SUSPECTS)) {
      for (const push of sent) outcomes.set(push, interruption)
      continue
    }
    const result = await pushByImport(turn, sent, from)
    sent.forEach((push, i) => outcomes.set(push, result.outcomes[i]!))
    jobs.push(...result.jobs)
    calls += result.calls
    const found = result.outcomes.find(isInterruption)
    if (found && isSuspect(found)) suspects.push(sent.length)
    interruption = found ?? interruption
  }
  return { outcomes, jobs, calls, interruption, suspectSize: suspects.length > 0 ? Math.max(...suspects) : null }
}

function isInterruption(outcome: ImportedPush): outcome is Interruption {
  return outcome.kind === 'throttled' || outcome.kind === 'unavailable' || outcome.kind === 'unauthorized'
}

function isSuspect(interruption: Interruption): boolean {
  return interruption.kind === 'unavailable' && interruption.suspect === true
}

/** `{"type":"profile","id":"…","attributes":…},` around the canonical text. */
const WRAPPING_BYTES = 80

function bytesOf(push: OutgoingPush): number {
  return Buffer.byteLength(push.canonical) + WRAPPING_BYTES
}
