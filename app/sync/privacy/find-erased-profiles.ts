import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { ownerPropertiesOf } from '#app/core/profile/sharing.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { findPerson, type PersonProfile } from '#app/klaviyo/find-person.ts'
import { readCustomers } from '#app/shopify/read-customers.ts'
import { type DeletionIdentifier, findProfilesOfOthers } from '#app/store/tombstones.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import { shopifyUnreadable } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Finds the profiles of an erased customer by its identifiers, and returns their Klaviyo ids without those of other customers' profiles: a
 * new customer may have registered with the same address since, several customers may share a phone number, and a profile may have been
 * merged into another customer's.
 */
export async function findErasedProfiles(
  turn: ShopTurn,
  { customerId, identifiers }: { customerId: CustomerId; identifiers: readonly DeletionIdentifier[] },
): Promise<{ readonly kind: 'found'; readonly klaviyoIds: readonly string[] } | Interruption> {
  const found = new Map<string, PersonProfile>()
  for (const by of identifiers) {
    const endpoint = 'klaviyoId' in by ? endpoints.findProfile : endpoints.findProfiles
    const allowed = await acquireCalls(turn, endpoint, 1)
    if (allowed.kind !== 'granted') return allowed
    const answer = await findPerson(turn.credential.access, by, ownerPropertiesOf(turn.policy.mapping))
    const stop = await applyBackpressure(turn, allowed, [answer])
    if (answer.kind !== 'found') return stop ?? answer
    for (const profile of answer.profiles) {
      if ('phone' in by && profile.email !== null && profile.owner !== customerId) continue
      found.set(profile.klaviyoId, profile)
    }
  }
  const others = await findProfilesOfOthers(turn.shop, customerId, [...found.keys()])
  const candidates = [...found.values()].filter(({ klaviyoId }) => !others.has(klaviyoId))
  const owners = [...new Set(candidates.flatMap(({ owner }) => (owner && owner !== customerId ? owner : [])))]
  const living = await findExistingCustomers(turn, owners)
  if (living.kind !== 'found') return living
  const theirs = candidates.filter(({ owner }) => owner === null || !living.customers.has(owner))
  return { kind: 'found', klaviyoIds: theirs.map(({ klaviyoId }) => klaviyoId) }
}

/** Which of these customers still exist in the shop. One that Shopify cannot read counts as existing. */
async function findExistingCustomers(
  { shop }: ShopTurn,
  customerIds: readonly CustomerId[],
): Promise<{ readonly kind: 'found'; readonly customers: ReadonlySet<CustomerId> } | Interruption> {
  if (customerIds.length === 0) return { kind: 'found', customers: new Set() }
  const answer = await readCustomers(shop, customerIds, [])
  if (answer.kind !== 'answered') {
    shopifyUnreadable(shop, answer.kind)
    return { kind: 'unavailable' }
  }
  return { kind: 'found', customers: new Set(customerIds.filter((_, i) => answer.data[i] !== null)) }
}
