import { z } from 'zod'
import { type CustomerId, gidOf, type ShopDomain } from '#app/core/ids.ts'
import { type Customer, isUnreadable, type Unreadable } from '#app/core/profile/customer.ts'
import { type MetafieldKey, metafieldName } from '#app/core/profile/mapped-values.ts'
import type { AdminAnswer, FieldFault } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import {
  anyCustomerQuery,
  CUSTOMER_NAMES_BY_IDS,
  CUSTOMERS_COUNT,
  customerByEmailQuery,
  customersByIdsQuery,
  metafieldAlias,
} from './customer.graphql.ts'
import { readCustomerRecord } from './parse-customer.ts'

/** What Shopify returns for one customer: null if it does not exist, or why it cannot be read. */
export type ShownCustomer = Customer | Unreadable | null

const nodes = z.object({ nodes: z.array(z.unknown()) })

/**
 * Reads customers from Shopify with these metafields, in the order asked for. A customer with a field that the app may not see is
 * unreadable: a withheld value must not be taken for an empty one. At most as many ids as read-lane.ts allows.
 */
export async function readCustomers(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  metafields: readonly MetafieldKey[],
): Promise<AdminAnswer<readonly ShownCustomer[]>> {
  const answer = await askAdmin(shop, customersByIdsQuery(metafields), {
    variables: { ids: customerIds.map(gidOf) },
    parse: nodes,
  })
  if (answer.kind !== 'answered') return answer
  // The record itself is withheld, not one of its fields: the app lacks the scope.
  if (answer.faults.some(({ path, denied }) => denied && path.length <= 2)) return { kind: 'access_denied' }
  const data = customerIds.map((customerId, i) => {
    const shown = shownCustomer(answer.data.nodes[i], faultsUnder(answer.faults, ['nodes', i]), metafields)
    return shown && !isUnreadable(shown) && shown.id !== customerId ? ODD : shown
  })
  return { ...answer, data }
}

const ODD: Unreadable = { unreadable: 'odd', words: 'id' }

/** Returns the faults in one record, each with the rest of its path. */
export function faultsUnder(faults: readonly FieldFault[], place: FieldFault['path']): FieldFault[] {
  return faults
    .filter(({ path }) => place.every((step, i) => path[i] === step))
    .map(({ path, denied }) => ({ path: path.slice(place.length), denied }))
}

/** A fault in a field that must not be null makes the whole customer null: it is then not deleted, but unreadable. */
export function shownCustomer(
  node: unknown,
  faults: readonly FieldFault[],
  metafields: readonly MetafieldKey[],
): ShownCustomer {
  if (node === undefined || faults.some(({ denied }) => !denied)) return { unreadable: 'failed', words: null }
  if (faults.length > 0) return { unreadable: 'withheld', words: namesOf(faults, metafields) }
  return node === null ? null : readCustomerRecord(node, metafields)
}

/** Returns the names as Shopify writes them: `firstName, loyalty.points`. */
function namesOf(faults: readonly FieldFault[], metafields: readonly MetafieldKey[]): string {
  const aliases = new Map(metafields.map((key, place) => [metafieldAlias(place), metafieldName(key)]))
  const names = faults.map(({ path }) => aliases.get(String(path[0])) ?? path.filter(isName).join('.'))
  return [...new Set(names)].sort().join(', ')
}

function isName(step: string | number): step is string {
  return typeof step === 'string'
}

/** Returns the customer with this address; null if there is none. */
export async function readCustomerByEmail(
  shop: ShopDomain,
  email: string,
  metafields: readonly MetafieldKey[],
): Promise<AdminAnswer<ShownCustomer>> {
  const parse = z.object({ customerByIdentifier: z.unknown() })
  const answer = await askAdmin(shop, customerByEmailQuery(metafields), { variables: { email }, parse })
  if (answer.kind !== 'answered') return answer
  const faults = faultsUnder(answer.faults, ['customerByIdentifier'])
  return { ...answer, data: shownCustomer(answer.data.customerByIdentifier, faults, metafields) }
}

/** Returns the customer that changed last; null in a shop without customers. */
export async function readAnyCustomer(
  shop: ShopDomain,
  metafields: readonly MetafieldKey[],
): Promise<AdminAnswer<ShownCustomer>> {
  const answer = await askAdmin(shop, anyCustomerQuery(metafields), { parse: z.object({ customers: nodes }) })
  if (answer.kind !== 'answered') return answer
  const [node = null] = answer.data.customers.nodes
  return { ...answer, data: shownCustomer(node, faultsUnder(answer.faults, ['customers', 'nodes', 0]), metafields) }
}

export interface CustomerName {
  readonly name: string | null
  readonly email: string | null
}

const named = z.object({
  displayName: z.string().nullable(),
  defaultEmailAddress: z.object({ emailAddress: z.string().nullable() }).nullable(),
})

/** Returns the names of these customers, to be shown to the merchant; null for one that is deleted or cannot be read. At most 100 ids. */
export async function readCustomerNames(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
): Promise<AdminAnswer<readonly (CustomerName | null)[]>> {
  const parse = z
    .object({ nodes: z.array(named.nullable().catch(null)) })
    .transform(({ nodes }) =>
      nodes.map((node) => node && { name: node.displayName, email: node.defaultEmailAddress?.emailAddress ?? null }),
    )
  return askAdmin(shop, CUSTOMER_NAMES_BY_IDS, { variables: { ids: customerIds.map(gidOf) }, parse })
}

/** Returns how many customers a search finds (null: all). */
export async function countCustomers(shop: ShopDomain, search: string | null): Promise<AdminAnswer<number>> {
  const parse = z
    .object({ customersCount: z.object({ count: z.number() }).nullable() })
    .transform(({ customersCount }) => customersCount?.count ?? 0)
  return askAdmin(shop, CUSTOMERS_COUNT, { variables: { query: search }, parse })
}
