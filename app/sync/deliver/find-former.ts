import type { KnownProfile } from '#app/core/flow/decision.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { findOwners } from '#app/store/profile-owners.ts'
import type { Conducting } from './conducting.ts'
import { findExisting } from './find-existing.ts'
import type { OutgoingPush } from './outgoing-push.ts'

interface Sendable {
  readonly known: KnownProfile | null
  readonly sent: OutgoingPush | null
}

export interface FormerProfiles<Item extends Sendable> {
  /** In their order; those whose former profile was found are sent into that. */
  readonly items: readonly Item[]
  /** Customers whose former profile could not be looked up: their push waits. */
  readonly unclear: ReadonlySet<CustomerId>
  readonly calls: number
  readonly interruption: Interruption | null
}

/**
 * Finds the profiles of customers whose address changed while Klaviyo's id of their profile was not known, because an answer got lost or the ids of
 * an import are still to be learnt. They are looked up by the address that they were last sent to; otherwise the new address would create a
 * second profile. A profile with another customer's id, or with none, is not theirs.
 */
export async function findFormerProfiles<Item extends Sendable>(
  conducting: Conducting,
  items: readonly Item[],
): Promise<FormerProfiles<Item>> {
  const formerOf = ({ known, sent }: Item) =>
    sent?.klaviyoId === null && known?.sentTo && known.sentTo !== sent.email ? known.sentTo : null
  const addresses = [...new Set(items.flatMap((item) => formerOf(item) ?? []))]
  if (addresses.length === 0) return { items, unclear: new Set(), calls: 0, interruption: null }
  const found = await findExisting(conducting, addresses, { withOwner: true })
  const owned = await findOwners(conducting.shop, [...found.byEmail.values()])
  const unclear = new Set<CustomerId>()
  const moved = items.map((item): Item => {
    const former = formerOf(item)
    if (former === null || !item.sent) return item
    const klaviyoId = found.byEmail.get(former) ?? null
    if (klaviyoId === null && found.interruption) unclear.add(item.sent.customerId)
    const isTheirs = klaviyoId !== null && found.owners.get(klaviyoId) === item.sent.customerId && !owned.has(klaviyoId)
    return isTheirs ? { ...item, sent: { ...item.sent, klaviyoId } } : item
  })
  return { items: moved, unclear, calls: found.calls, interruption: found.interruption }
}
