import type { Decision, KnownProfile } from '#app/core/flow/decision.ts'
import type { NewProfiles } from '#app/core/flow/new-profiles.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import type { Destination } from '#app/core/settings/destination.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { findExisting } from './find-existing.ts'
import type { OutgoingPush } from './outgoing-push.ts'

/** The decision for one customer, and the push that follows; null when none does. */
export interface PushCandidate {
  readonly read: { readonly customer: { readonly email: string | null } | null }
  readonly known: KnownProfile | null
  readonly decision: Decision
  readonly sent: OutgoingPush | null
}

export interface ResolvedOrigins<Item extends PushCandidate> {
  /** In the order given, each with its origin. */
  readonly items: readonly Item[]
  /** Customers whose origin could not be found out. Their push waits. */
  readonly unclear: ReadonlySet<CustomerId>
  readonly calls: number
  readonly interruption: Interruption | null
}

/**
 * Finds out whether customers that Lockstep never delivered have a profile in Klaviyo already, if the merchant's settings depend on it, or
 * `always`.
 * Existing profiles are updated or excluded; others are created up to the limit.
 */
export async function resolveOrigins<Item extends PushCandidate>(
  turn: ShopTurn,
  items: readonly Item[],
  newProfiles: NewProfiles,
  { always }: { always: boolean },
): Promise<ResolvedOrigins<Item>> {
  const { destination } = turn.policy
  if (!always && !dependsOnKlaviyo(destination, newProfiles)) {
    const waiting = items.map((item) =>
      isFirstPush(item) && limitFor(item, newProfiles) === 'waits' ? withDecision(item, { kind: 'limited' }) : item,
    )
    return { items: waiting, unclear: new Set(), calls: 0, interruption: null }
  }
  const needsLookup = (item: Item) => isFirstPush(item) && limitFor(item, newProfiles) !== 'waits'
  const found = await findExisting(turn, [...new Set(items.filter(needsLookup).map(emailOf))])
  let room = newProfiles.room ?? Number.POSITIVE_INFINITY
  const unclear = new Set<CustomerId>()
  const resolved = items.map((item): Item => {
    if (!isFirstPush(item)) return item
    const limit = limitFor(item, newProfiles)
    if (limit === 'waits') return withDecision(item, { kind: 'limited' })
    const klaviyoId = found.byEmail.get(emailOf(item)) ?? null
    if (klaviyoId === null && found.interruption) {
      unclear.add(item.sent!.customerId)
      return item
    }
    if (klaviyoId === null) {
      const isSent = limit === 'sent' || --room >= 0
      return isSent ? withPush(item, { origin: 'new' }) : withDecision(item, { kind: 'limited' })
    }
    if (destination.existing === 'leave') return withDecision(item, { kind: 'excluded', code: 'already_in_klaviyo' })
    return withPush(item, { origin: 'existing', klaviyoId })
  })
  return { items: resolved, unclear, calls: found.calls, interruption: found.interruption }
}

function dependsOnKlaviyo({ existing, list }: Destination, { room }: NewProfiles): boolean {
  return existing === 'leave' || list !== null || room !== null
}

function isFirstPush({ sent, known }: PushCandidate): boolean {
  return sent !== null && (known === null || known.isNew)
}

function limitFor({ known, sent }: PushCandidate, newProfiles: NewProfiles) {
  return newProfiles.limitFor(sent!.customerId, known)
}

/** The address in the form in which it is sent. A pushed customer always has a valid one. */
function emailOf({ read }: PushCandidate): string {
  const email = emailAddressOf(read.customer?.email ?? null)
  return email.kind === 'good' ? email.address : ''
}

function withDecision<Item extends PushCandidate>(item: Item, decision: Decision): Item {
  return { ...item, decision, sent: null }
}

function withPush<Item extends PushCandidate>(
  item: Item,
  origin: Pick<OutgoingPush, 'origin'> & Partial<OutgoingPush>,
): Item {
  return { ...item, sent: { ...item.sent!, ...origin } }
}
