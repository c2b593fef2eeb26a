import type { Decision, KnownProfile } from '#app/core/flow/decision.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import { autocommit } from '#app/store/database.ts'
import { hasRequests } from '#app/store/outbox.ts'
import { withTimes } from '../loyalty/send-times.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import {
  type BatchSource,
  type CustomerRead,
  type DecidedRead,
  decideBatch,
  type UnchangedCustomer,
} from './decide-batch.ts'
import { findFormerProfiles } from './find-former.ts'
import { fingerprintOf, holdingBackIdentifiers, type OutgoingPush, withoutField } from './outgoing-push.ts'
import { resolveOrigins } from './resolve-origins.ts'

export interface PlannedBatch {
  /** The customers of whose reads something follows, each with the push that is to be sent; null if none is. */
  readonly items: readonly DecidedRead[]
  readonly unchanged: readonly UnchangedCustomer[]
  /** Customers whose profile could not be looked up in Klaviyo. Their push waits. */
  readonly unclear: ReadonlySet<CustomerId>
  /** Number of calls to Klaviyo. All of them read. */
  readonly calls: number
  /** Why profiles could not be looked up; null if all were. */
  readonly interruption: Interruption | null
}

/**
 * Decides what is to be sent of a batch, as it will be sent. `dry` is for a dry run: nothing is written, and Klaviyo is always asked whether
 * a customer who was never sent has a profile. Otherwise it is asked if the settings depend on it.
 */
export async function planBatch(
  turn: ShopTurn,
  reads: readonly CustomerRead[],
  from: BatchSource,
  { stored, dry }: { stored: readonly Meaning[]; dry: boolean },
): Promise<PlannedBatch> {
  const { unchanged, decided } = await decideBatch(turn, reads, from, { stored, dry })
  const timed = await withTimes(turn, decided, { readAt: from.readAt, dry })
  const outgoing = timed.map((one) => (one.sent ? { ...one, sent: withoutRefused(one.sent, one.known) } : one))
  const resolved = await resolveOrigins(turn, outgoing, from.newProfiles, { always: dry })
  const former = await findFormerProfiles(turn, resolved.items)
  const items = await withoutUnsafeIdentifiers(turn, former.items)
  return {
    items,
    unchanged,
    unclear: new Set([...resolved.unclear, ...former.unclear]),
    calls: resolved.calls + former.calls,
    interruption: resolved.interruption ?? former.interruption,
  }
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

/** Leaves out the values that Klaviyo refused before: sending them again would cost a call each time, or get a whole import refused. */
function withoutRefused(push: OutgoingPush, known: KnownProfile | null): OutgoingPush {
  const refused = known?.omitted.filter(({ reason }) => reason === 'refused') ?? []
  if (refused.length === 0) return push
  const profile = JSON.parse(push.canonical) as Profile
  return refused
    .filter(({ field, value }) => fingerprintOf(profile, field) === value)
    .reduce((sent, { field, reason, words }) => withoutField(sent, field, { reason, words }), push)
}
