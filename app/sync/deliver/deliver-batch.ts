import { randomUUID } from 'node:crypto'
import type { Decision, SyncPurpose } from '#app/core/flow/decision.ts'
import { MIN_IMPORT_PROFILES } from '#app/core/flow/import-batches.ts'
import type { Interruption, PushOutcome } from '#app/core/flow/push-outcome.ts'
import type { MadeRequest } from '#app/core/flow/sent-request.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { type LoyaltyValues, storedMeanings } from '#app/core/profile/loyalty.ts'
import { transaction } from '#app/store/database.ts'
import { saveIntendedPushes } from '#app/store/intended-pushes.ts'
import type { StoredProfile } from '#app/store/profiles.ts'
import { choicesOf } from '#app/store/settings.ts'
import { holdAccount } from '#app/store/shops.ts'
import type { LoyaltyRecording } from '../loyalty/record-loyalty.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import type { BatchSource, CustomerRead, UnchangedCustomer } from './decide-batch.ts'
import type { OutgoingPush } from './outgoing-push.ts'
import { planBatch } from './plan-batch.ts'
import type { AcceptedJob, ImportedPush } from './push-by-import.ts'
import { pushMany } from './push-many.ts'
import { pushSingly } from './push-singly.ts'
import type { ReadProfile } from './read-profile.ts'
import { recordOrigins } from './record-origins.ts'

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

export interface DeliveredBatch {
  readonly deliveries: readonly Delivery[]
  /** The customers of a run that are not among the deliveries, because nothing follows from their reads. Empty for live changes. */
  readonly unchanged: readonly UnchangedCustomer[]
  readonly jobs: readonly AcceptedJob[]
  /** The requests that carried profiles. */
  readonly requests: readonly MadeRequest[]
  /** Number of calls to Klaviyo. */
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
  const stored = storedMeanings(choicesOf(turn.policy))
  const {
    items,
    unchanged,
    unclear,
    calls: lookups,
    interruption: lookupStop,
  } = await planBatch(turn, reads, from, {
    stored,
    dry: false,
  })
  const pushes = items.flatMap(({ sent }) => (sent && !unclear.has(sent.customerId) ? sent : []))

  const few = pushes.length < MIN_IMPORT_PROFILES
  const single = few ? pushes : pushes.filter((push) => push.singleOnly || push.fieldsToClear)
  const many = few ? [] : pushes.filter((push) => !push.singleOnly && !push.fieldsToClear)
  const recording = stored.length > 0 ? recordingOf(turn.policy, from.purpose) : null
  const imported = await pushMany(turn, many, { ...from, loyalty: recording }, from.importSize)
  // Klaviyo may have refused a field that can be left out of the profile.
  const retriable = many.filter((push) => isRetriableSingly(imported.outcomes.get(push)))
  const singleOnly = [...single, ...retriable].map((push) => ({ ...push, delivery: randomUUID() }))
  await recordIntended(turn, singleOnly, from)
  const singly = await pushSingly(turn, singleOnly, from.run)

  const pushed = new Map<CustomerId, NonNullable<Delivery['push']>>()
  for (const [sent, outcome] of imported.outcomes) pushed.set(sent.customerId, { sent, outcome })
  for (const one of singly) pushed.set(one.sent.customerId, one)
  const deliveries = items.map(({ sent, ...delivery }): Delivery => {
    return {
      ...delivery,
      push: sent && (unclear.has(sent.customerId) ? { sent, outcome: lookupStop! } : pushed.get(sent.customerId)!),
    }
  })
  const sentSingly = singly.filter(({ outcome }) => outcome.kind === 'accepted' || outcome.kind === 'refused').length
  const calls = lookups + imported.calls + sentSingly
  const interruption = lookupStop ?? imported.interruption
  const { jobs, suspectSize } = imported
  const requests = [...imported.requests, ...singly.map(({ request }) => request)]
  return { deliveries, unchanged, jobs, requests, calls, interruption, suspectSize, loyalty: recording }
}

function isRetriableSingly(outcome: ImportedPush | undefined): boolean {
  return outcome?.kind === 'refused' && outcome.fields.length > 0
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
