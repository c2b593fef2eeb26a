import type { KnownProfile } from '#app/core/flow/decision.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { autocommit } from '#app/store/database.ts'
import { findOwners } from '#app/store/profile-owners.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { findExisting } from './find-existing.ts'
import type { OutgoingPush } from './outgoing-push.ts'

interface Sendable {
  readonly known: KnownProfile | null
  readonly sent: OutgoingPush | null
}

export interface FormerProfiles<Item extends Sendable> {
  /** In the order given; those whose former profile was found are sent to that profile. */
  readonly items: readonly Item[]
  /** Customers whose former profile could not be looked up. Their push waits. */
  readonly unclear: ReadonlySet<CustomerId>
  readonly calls: number
  readonly interruption: Interruption | null
}

/**
 * Finds the profiles of customers whose address changed while the Klaviyo id of their profile was not known, because an answer was lost or
 * the ids of an import are still to be fetched. They are looked up by the address that was last sent; otherwise the new address would create
 * a second profile. A profile that names another customer, or none, is not used.
 */
export async function findFormerProfiles<Item extends Sendable>(
  turn: ShopTurn,
  items: readonly Item[],
): Promise<FormerProfiles<Item>> {
  const formerOf = ({ known, sent }: Item) =>
    sent?.klaviyoId === null && known?.sentTo && known.sentTo !== sent.email ? known.sentTo : null
  const addresses = [...new Set(items.flatMap((item) => formerOf(item) ?? []))]
  if (addresses.length === 0) return { items, unclear: new Set(), calls: 0, interruption: null }
  const found = await findExisting(turn, addresses, { withOwner: true })
  const owned = await findOwners(turn.shop, [...found.byEmail.values()], autocommit)
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
