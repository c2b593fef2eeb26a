import { z } from 'zod'
import { type CustomerId, gidOf, type ShopDomain } from '#app/core/ids.ts'
import type { Customer } from '#app/core/profile/customer.ts'
import type { MetafieldKey } from '#app/core/profile/mapped-fields.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import {
  anyCustomerQuery,
  CUSTOMER_NAMES_BY_IDS,
  CUSTOMERS_COUNT,
  customerByEmailQuery,
  customersByIdsQuery,
} from './customer.graphql.ts'
import { parseCustomer } from './parse-customer.ts'

const nodes = z.object({ nodes: z.array(z.unknown()) })

/**
 * The customers as they stand in Shopify just now, with these metafields, in the order asked for; null for one that is gone, `unreadable` for one
 * whom Shopify failed to show, or to show whole. A field that the app may not see counts as empty. As many ids as read-lane.ts allows.
 */
export async function readCustomers(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  metafields: readonly MetafieldKey[],
): Promise<AdminAnswer<readonly (Customer | null | 'unreadable')[]>> {
  const parse = nodes.transform(({ nodes }) =>
    nodes.map((node) => (node === null ? null : parseCustomer(node, metafields))),
  )
  const answer = await askAdmin(shop, customersByIdsQuery(metafields), {
    variables: { ids: customerIds.map(gidOf) },
    parse,
  })
  if (answer.kind !== 'answered' || answer.faults.length === 0) return answer
  const data = answer.data.map((customer, i) => {
    // A fault in a field that must not be null takes the whole customer with it: null then does not mean gone.
    const faults = answer.faults.filter(({ path }) => path[1] === i)
    return faults.some(({ denied }) => customer === null || !denied) ? 'unreadable' : customer
  })
  return { ...answer, data }
}

/** The customer with this address; null when nobody has it. */
export async function readCustomerByEmail(
  shop: ShopDomain,
  email: string,
  metafields: readonly MetafieldKey[],
): Promise<AdminAnswer<Customer | null>> {
  const parse = z
    .object({ customerByIdentifier: z.unknown() })
    .transform(({ customerByIdentifier: found }) => (found ? parseCustomer(found, metafields) : null))
  return askAdmin(shop, customerByEmailQuery(metafields), { variables: { email }, parse })
}

/** The customer who changed last; null in a shop without any. */
export async function readAnyCustomer(
  shop: ShopDomain,
  metafields: readonly MetafieldKey[],
): Promise<AdminAnswer<Customer | null>> {
  const parse = z
    .object({ customers: nodes })
    .transform(({ customers: { nodes } }) => (nodes.length > 0 ? parseCustomer(nodes[0], metafields) : null))
  return askAdmin(shop, anyCustomerQuery(metafields), { parse })
}

export interface CustomerName {
  readonly name: string | null
  readonly email: string | null
}

const named = z.object({
  displayName: z.string().nullable(),
  defaultEmailAddress: z.object({ emailAddress: z.string().nullable() }).nullable(),
})

/** What these customers are called, for the merchant's eyes only; null for one that is gone. At most 100 ids. */
export async function readCustomerNames(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
): Promise<AdminAnswer<readonly (CustomerName | null)[]>> {
  const parse = z
    .object({ nodes: z.array(named.nullable()) })
    .transform(({ nodes }) =>
      nodes.map((node) => node && { name: node.displayName, email: node.defaultEmailAddress?.emailAddress ?? null }),
    )
  return askAdmin(shop, CUSTOMER_NAMES_BY_IDS, { variables: { ids: customerIds.map(gidOf) }, parse })
}

/** How many customers a search finds; all of them for null. */
export async function countCustomers(shop: ShopDomain, search: string | null): Promise<AdminAnswer<number>> {
  const parse = z
    .object({ customersCount: z.object({ count: z.number() }).nullable() })
    .transform(({ customersCount }) => customersCount?.count ?? 0)
  return askAdmin(shop, CUSTOMERS_COUNT, { variables: { query: search }, parse })
}
