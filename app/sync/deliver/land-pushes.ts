import type { Decision, KnownProfile } from '#app/core/flow/decision.ts'
import type { DeliveryChoice } from '#app/core/flow/delivery-choice.ts'
import type { NewProfiles } from '#app/core/flow/new-profiles.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import type { Conducting } from './conducting.ts'
import { findExisting } from './find-existing.ts'
import type { OutgoingPush } from './outgoing-push.ts'

/** What was decided of one customer, and the push that follows; null when none does. */
export interface Landable {
  readonly read: { readonly customer: { readonly email: string | null } | null }
  readonly known: KnownProfile | null
  readonly decision: Decision
  readonly sent: OutgoingPush | null
}

export interface Landed<Item extends Landable> {
  /** In their order, each as it lands. */
  readonly items: readonly Item[]
  /** Whose push waits, as it could not be found out how it lands. */
  readonly unclear: ReadonlySet<CustomerId>
  readonly calls: number
  readonly interruption: Interruption | null
}

/**
 * Finds out how pushes land, of customers whom Lockstep never delivered, if the merchant's choice depends on it: who is in Klaviyo
 * already is updated or left out; who is not is created, while there is room.
 */
export async function landPushes<Item extends Landable>(
  conducting: Conducting,
  items: readonly Item[],
  newProfiles: NewProfiles,
): Promise<Landed<Item>> {
  const { delivery } = conducting.connection
  if (!dependsOnKlaviyo(delivery, newProfiles)) return { items, unclear: new Set(), calls: 0, interruption: null }
  const isAsked = (item: Item) => isFirstPush(item) && !staysWaiting(item, newProfiles)
  const found = await findExisting(conducting, [...new Set(items.filter(isAsked).map(emailOf))])
  let room = newProfiles.room ?? Number.POSITIVE_INFINITY
  const unclear = new Set<CustomerId>()
  const landed = items.map((item): Item => {
    if (!isFirstPush(item)) return item
    if (staysWaiting(item, newProfiles)) return withDecision(item, { kind: 'limited' })
    const klaviyoId = found.byEmail.get(emailOf(item)) ?? null
    if (klaviyoId === null && found.interruption) {
      unclear.add(item.sent!.customerId)
      return item
    }
    if (klaviyoId === null) {
      return --room >= 0 ? withPush(item, { landing: 'new' }) : withDecision(item, { kind: 'limited' })
    }
    if (delivery.existing === 'leave') return withDecision(item, { kind: 'excluded', code: 'already_in_klaviyo' })
    return withPush(item, { landing: 'found', klaviyoId })
  })
  return { items: landed, unclear, calls: found.calls, interruption: found.interruption }
}

function dependsOnKlaviyo({ existing, list }: DeliveryChoice, { room }: NewProfiles): boolean {
  return existing === 'leave' || list !== null || room !== null
}

function isFirstPush({ sent, known }: Landable): boolean {
  return sent !== null && (known === null || known.isNew)
}

function staysWaiting({ known }: Landable, { waitingStay }: NewProfiles): boolean {
  return waitingStay && known?.atLimit === true
}

/** As it is pushed: an address that is none is not. */
function emailOf({ read }: Landable): string {
  const email = emailAddressOf(read.customer?.email ?? null)
  return email.kind === 'good' ? email.address : ''
}

function withDecision<Item extends Landable>(item: Item, decision: Decision): Item {
  return { ...item, decision, sent: null }
}

function withPush<Item extends Landable>(
  item: Item,
  landing: Pick<OutgoingPush, 'landing'> & Partial<OutgoingPush>,
): Item {
  return { ...item, sent: { ...item.sent!, ...landing } }
}
