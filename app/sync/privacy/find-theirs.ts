import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { findPerson, type PersonProfile } from '#app/klaviyo/find-person.ts'
import { readCustomers } from '#app/shopify/read-customers.ts'
import { findOthersProfiles, type PendingDeletion } from '#app/store/tombstones.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { heedAnswers } from '../deliver/heed-answers.ts'
import { takeCalls } from '../deliver/take-calls.ts'
import { shopifyUnreadable } from '../events.ts'

/**
 * The profiles of an erased person, by Klaviyo id: what their identifiers find, but for what is another customer's. An address may have been
 * registered anew by somebody else since, a phone number be a household's, a profile be merged into another customer's.
 */
export async function findTheirs(
  conducting: Conducting,
  { customerId, identifiers }: PendingDeletion,
): Promise<{ readonly kind: 'found'; readonly klaviyoIds: readonly string[] } | Interruption> {
  const found = new Map<string, PersonProfile>()
  for (const by of identifiers) {
    const endpoint = 'klaviyoId' in by ? endpoints.findProfile : endpoints.findProfiles
    const allowed = await takeCalls(conducting, endpoint, 1)
    if (allowed.kind !== 'granted') return allowed
    const answer = await findPerson(conducting.connection.key, by)
    const stop = await heedAnswers(conducting, allowed, [answer])
    if (answer.kind !== 'found') return stop ?? answer
    for (const profile of answer.profiles) {
      if ('phone' in by && profile.email !== null && profile.owner !== customerId) continue
      found.set(profile.klaviyoId, profile)
    }
  }
  const others = await findOthersProfiles(conducting.shop, customerId, [...found.keys()])
  const mayBeTheirs = [...found.values()].filter(({ klaviyoId }) => !others.has(klaviyoId))
  const owners = [...new Set(mayBeTheirs.flatMap(({ owner }) => (owner && owner !== customerId ? owner : [])))]
  const living = await findLiving(conducting, owners)
  if (living.kind !== 'found') return living
  const theirs = mayBeTheirs.filter(({ owner }) => owner === null || !living.customers.has(owner))
  return { kind: 'found', klaviyoIds: theirs.map(({ klaviyoId }) => klaviyoId) }
}

/** Which of these are still customers of the shop; one that Shopify cannot show counts as a customer. */
async function findLiving(
  { shop }: Conducting,
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
