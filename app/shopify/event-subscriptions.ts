import { z } from 'zod'
import { config } from '#app/config.server.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'

// Subscriptions of one shop exist in Shopify's unstable version only, as of November 2026: in the version that is used, the app's file is
// the only list, and it is the same for all shops. So these documents are not among those that are held to the schema.
// https://shopify.dev/docs/api/admin-graphql/unstable/mutations/eventSubscriptionsSet
const MUTATIONS = `#graphql
  query Mutations { __schema { mutationType { fields { name } } } }`
const SET = `#graphql
  mutation SetEventSubscriptions($subscriptions: [EventSubscriptionInput!]!) {
    eventSubscriptionsSet(eventSubscriptions: $subscriptions) { userErrors { message } }
  }`
const MUTATION = 'eventSubscriptionsSet'

const mutations = z.object({
  __schema: z.object({ mutationType: z.object({ fields: z.array(z.object({ name: z.string() })) }) }),
})
const set = z.object({ [MUTATION]: z.object({ userErrors: z.array(z.object({ message: z.string() })) }) })

const ASKED_EVERY_MS = 24 * 60 * 60_000

/** Whether the API has the mutation, which depends on its version alone; null while no shop was asked. */
let found: { readonly isThere: boolean; readonly at: number } | null = null

/** Returns whether Shopify can be asked to tell of one shop's own metafields. Asks once a day in a process. */
export async function hasEventSubscriptions(shop: ShopDomain): Promise<AdminAnswer<boolean>> {
  if (found && Date.now() - found.at < ASKED_EVERY_MS)
    return { kind: 'answered', data: found.isThere, pointsAvailable: null, faults: [] }
  const answer = await askAdmin(shop, MUTATIONS, { parse: mutations })
  if (answer.kind !== 'answered') return answer
  const isThere = answer.data.__schema.mutationType.fields.some(({ name }) => name === MUTATION)
  found = { isThere, at: Date.now() }
  return { ...answer, data: isThere }
}

const HANDLE = 'lockstep-mapped'

/** Has Shopify tell of changes of these customer metafields in one shop, instead of those before. Returns why it refuses; null if it does not. */
export async function setEventSubscription(
  shop: ShopDomain,
  metafields: readonly { readonly namespace: string; readonly key: string }[],
): Promise<AdminAnswer<string | null>> {
  const subscription = {
    handle: HANDLE,
    topic: 'Customer',
    actions: ['update'],
    triggers: metafields.map(
      ({ namespace, key }) => `customer.metafield(namespace: '${namespace}', key: '${key}').value`,
    ),
    uri: new URL('/events/customers', config.shopify.appUrl).href,
  }
  const answer = await askAdmin(shop, SET, { variables: { subscriptions: [subscription] }, parse: set })
  if (answer.kind !== 'answered') return answer
  const words = answer.data[MUTATION]!.userErrors.map(({ message }) => message).join(' ')
  return { ...answer, data: words || null }
}
