import { type Decision, decisionOf, type KnownProfile, type ReadFor } from '#app/core/flow/decision.ts'
import { FEWEST_FOR_IMPORT, importBatches } from '#app/core/flow/import-batches.ts'
import type { Interruption, PushOutcome } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { clearableBy } from '#app/core/profile/clearable-fields.ts'
import type { Customer, Unreadable } from '#app/core/profile/customer.ts'
import { type LoyaltyValues, loyaltyValuesOf } from '#app/core/profile/loyalty.ts'
import type { LoyaltyInForce } from '#app/core/profile/loyalty-in-force.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import type { Standing } from '#app/core/profile/standing.ts'
import { transaction } from '#app/store/database.ts'
import { findKnownProfiles, saveIntendedPushes } from '#app/store/profiles.ts'
import { hasSettledImports } from '#app/store/settled-imports.ts'
import { findErased } from '#app/store/tombstones.ts'
import type { LoyaltyNoted } from '../loyalty/note-loyalty.ts'
import type { Conducting } from './conducting.ts'
import { findFormerProfiles } from './find-former.ts'
import { intendLanding, type PushSource } from './intend-landing.ts'
import { landPushes } from './land-pushes.ts'
import { fingerprintOf, holdingBackIdentifiers, type OutgoingPush, withoutField } from './outgoing-push.ts'
import { type AcceptedJob, type ImportedPush, type ImportSource, pushByImport } from './push-by-import.ts'
import { pushSingly } from './push-singly.ts'
import { type Choice, type ReadProfile, readProfile } from './read-profile.ts'

/** A customer that was read, and what led to it. */
export interface CustomerRead {
  readonly customerId: CustomerId
  /** Null when Shopify no longer has them, or they could not be read. */
  readonly customer: Customer | null
  /** Null when they could be read. */
  readonly unreadable: Unreadable | null
  readonly standing: Standing
  readonly newestSeenAt: Date | null
  /** This try, from 1. */
  readonly attempt: number
  readonly alone: boolean
}

/** Where a batch's reads come from. */
export interface BatchSource extends PushSource {
  readonly readFor: ReadFor
  /** The most profiles that one import may carry; null when it may be as large as Klaviyo takes. */
  readonly importSize: number | null
}

export interface Delivery {
  readonly read: CustomerRead
  /** What was remembered of the customer, fields that are to stay in Klaviyo left out; null when nothing was. */
  readonly known: KnownProfile | null
  readonly reading: ReadProfile
  readonly decision: Decision
  /** As the customer was read; null unless changes of them are told of. */
  readonly loyalty: LoyaltyValues | null
  /** Null when the decision was not to push. */
  readonly push: { readonly sent: OutgoingPush; readonly outcome: PushOutcome | ImportedPush } | null
}

export interface DeliveredBatch {
  readonly deliveries: readonly Delivery[]
  readonly jobs: readonly AcceptedJob[]
  /** Requests made to Klaviyo. */
  readonly calls: number
  /** What kept an import from being taken, if anything did: a run does not go past its chunk then. */
  readonly interruption: Interruption | null
  /** The size of the largest import that Klaviyo failed on while it answered other calls; null when there was none. */
  readonly suspectSize: number | null
  /** By which choice loyalty values were read; null while changes of them are not told of. */
  readonly loyalty: LoyaltyNoted | null
}

/**
 * Decides what follows from each read and delivers it: few profiles, and those with something to clear, one by one; many by
 * imports. Writes nothing down but the imports it intends; settling is the caller's, in one transaction with its own rows.
 */
export async function deliverBatch(
  conducting: Conducting,
  reads: readonly CustomerRead[],
  from: BatchSource,
): Promise<DeliveredBatch> {
  const ids = reads.map((read) => read.customerId)
  const [known, erased] = await Promise.all([findKnownProfiles(conducting.shop, ids), findErased(conducting.shop, ids)])
  const { mapping, rules, loyalty } = conducting.connection
  const clearable = clearableBy(mapping)
  const decided = reads.map((read) => {
    const row = known.get(read.customerId)
    const remembered = row ? { ...row, fields: clearable(row.fields) } : null
    return decide(read, remembered, erased.has(read.customerId), {
      ...from,
      rules,
      mapping: mapping.mapping,
      loyalty,
    })
  })
  const landed = await landPushes(conducting, decided, from.newProfiles)
  const former = await findFormerProfiles(conducting, landed.items)
  const items = await knownById(conducting, former.items)
  const isUnclear = ({ customerId }: OutgoingPush) => landed.unclear.has(customerId) || former.unclear.has(customerId)
  const lookedUp = landed.interruption ?? former.interruption
  const pushes = items.flatMap(({ sent }) => (sent && !isUnclear(sent) ? sent : []))

  const few = pushes.length < FEWEST_FOR_IMPORT
  const single = few ? pushes : pushes.filter((push) => push.alone || push.clears)
  const many = few ? [] : pushes.filter((push) => !push.alone && !push.clears)
  const noted = notedBy(loyalty, from.readFor)
  const imported = await pushMany(conducting, many, { ...from, loyalty: noted }, from.importSize)
  // What an import was refused for may be a field that a profile can go without.
  const mendable = many.filter((push) => isMendable(imported.outcomes.get(push)))
  const alone = [...single, ...mendable]
  await intendSingly(conducting, alone, from)
  const singly = await pushSingly(conducting, alone)

  const pushed = new Map<CustomerId, NonNullable<Delivery['push']>>()
  for (const [sent, outcome] of imported.outcomes) pushed.set(sent.customerId, { sent, outcome })
  for (const one of singly) pushed.set(one.sent.customerId, one)
  const deliveries = items.map(({ sent, ...delivery }): Delivery => {
    return {
      ...delivery,
      push: sent && (isUnclear(sent) ? { sent, outcome: lookedUp! } : pushed.get(sent.customerId)!),
    }
  })
  const sentSingly = singly.filter(({ outcome }) => outcome.kind === 'accepted' || outcome.kind === 'refused').length
  const calls = landed.calls + former.calls + imported.calls + sentSingly
  const interruption = lookedUp ?? imported.interruption
  return { deliveries, jobs: imported.jobs, calls, interruption, suspectSize: imported.suspectSize, loyalty: noted }
}

function isMendable(outcome: ImportedPush | undefined): boolean {
  return outcome?.kind === 'refused' && outcome.fields.length > 0
}

interface Decided {
  readonly known: KnownProfile | null
  readonly decision: Decision
  readonly sent: OutgoingPush | null
}

/**
 * Pushes as Klaviyo is to have them: into a profile whose id is not known, without the identifiers that might lead to another. One that is
 * delivered but for these waits while the ids of an import are being learnt.
 */
async function knownById<Item extends Decided>(conducting: Conducting, items: readonly Item[]): Promise<Item[]> {
  let learning: boolean | null = null
  const result: Item[] = []
  for (const item of items) {
    if (!item.sent || item.sent.klaviyoId !== null) {
      result.push(item)
      continue
    }
    const sent = holdingBackIdentifiers(item.sent)
    const isDelivered = item.known?.state === 'synced' && sent.heldBack.length > 0 && item.known.hash === sent.hash
    if (isDelivered) learning ??= await hasSettledImports(conducting.shop)
    result.push(
      isDelivered && learning ? { ...item, decision: { kind: 'awaiting_id' }, sent: null } : { ...item, sent },
    )
  }
  return result
}

async function intendSingly(conducting: Conducting, pushes: readonly OutgoingPush[], from: BatchSource): Promise<void> {
  if (pushes.length === 0) return
  await transaction(async (on) => {
    await saveIntendedPushes(conducting.shop, pushes, from.readAt, on)
    await intendLanding(conducting, { pushes, job: null }, from, on)
  })
}

/** What a full run or a baseline comes across has changed at some time: it is recorded, and starts no flow. */
function notedBy({ choice, changedAt }: LoyaltyInForce, { kind }: ReadFor): LoyaltyNoted | null {
  return choice.on ? { changedAt, backfill: kind === 'full' || kind === 'record' } : null
}

function decide(
  read: CustomerRead,
  known: KnownProfile | null,
  erased: boolean,
  { readAt, readFor, rules, mapping, loyalty: { choice } }: BatchSource & Choice & { loyalty: LoyaltyInForce },
) {
  const reading: ReadProfile = read.unreadable
    ? readingOf(read.unreadable)
    : readProfile(read.customer, read.standing, { rules, mapping })
  const decision = decisionOf(
    { readFor, reading, readAt, newestSeenAt: read.newestSeenAt, attempt: read.attempt },
    known,
    erased,
  )
  const loyalty = choice.on && read.customer ? loyaltyValuesOf(read.customer, mapping, choice) : null
  if (decision.kind !== 'push' || reading.kind !== 'profile')
    return { read, known, reading, decision, loyalty, sent: null }
  const { canonical, email, hash, fields, updatedAt } = reading
  const { customerId, attempt, alone } = read
  const klaviyoId = known?.klaviyoId ?? null
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
    landing: 'known',
    loyalty,
    delivered: known?.fields ?? [],
    clears: decision.clears,
    heldBack: [],
    omitted: [],
    takenBy: null,
    awaitsMerge: false,
    attempt,
    alone,
  }
  return { read, known, reading, decision, loyalty, sent: withoutRefused(push, known) }
}

/** Without the values that Klaviyo refused before: to ask again would cost a call each time, and an import its other profiles. */
function withoutRefused(push: OutgoingPush, known: KnownProfile | null): OutgoingPush {
  const refused = known?.omitted.filter(({ reason }) => reason === 'refused') ?? []
  if (refused.length === 0) return push
  const profile = JSON.parse(push.canonical) as Profile
  return refused
    .filter(({ field, value }) => fingerprintOf(profile, field) === value)
    .reduce((sent, { field, reason, words }) => withoutField(sent, field, { reason, words }), push)
}

/** What cannot be read is not sent, so that nothing is cleared of what Shopify only keeps back. */
function readingOf({ unreadable, words }: Unreadable): ReadProfile {
  if (unreadable === 'failed') return { kind: 'unreadable' }
  const code = unreadable === 'withheld' ? 'fields_withheld' : 'unreadable_record'
  return { kind: 'issue', code, words, updatedAt: null }
}

/** Imports in a row that Klaviyo may fail on before the rest wait. */
const MOST_SUSPECTS = 4

/**
 * Once one import is interrupted, the rest share its fate: the account, or Klaviyo, is in the way of all. Not so if Klaviyo answers other
 * calls, and fails on what the import carries.
 */
async function pushMany(
  conducting: Conducting,
  pushes: readonly OutgoingPush[],
  from: ImportSource,
  size: number | null,
) {
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
    const result = await pushByImport(conducting, sent, from)
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
