import { z } from 'zod'
import { type CustomerId, customerGid, gidOf, type ShopDomain } from '#app/core/ids.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import { SEARCH_CUSTOMERS } from './customer.graphql.ts'

export interface FoundCustomer {
  readonly customerId: CustomerId
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
}

/** The most customers that a search returns. */
export const MOST_FOUND = 20

const found = z
  .object({
    id: customerGid,
    displayName: z.string().nullable(),
    defaultEmailAddress: z.object({ emailAddress: z.string().nullable() }).nullable(),
    defaultPhoneNumber: z.object({ phoneNumber: z.string().nullable() }).nullable(),
  })
  .transform(({ id, displayName, defaultEmailAddress, defaultPhoneNumber }) => ({
    customerId: id,
    name: displayName,
    email: defaultEmailAddress?.emailAddress ?? null,
    phone: defaultPhoneNumber?.phoneNumber ?? null,
  }))

/**
 * Returns the customers that a search in Shopify's syntax finds, those that changed last first, and before them the one with `number`, which
 * may be too new for the search. A record that names no customer is left out.
 */
export async function searchCustomers(
  shop: ShopDomain,
  { query, number }: { query: string; number: CustomerId | null },
): Promise<AdminAnswer<readonly FoundCustomer[]>> {
  const parse = z
    .object({ customers: z.object({ nodes: z.array(z.unknown()) }), customer: z.unknown().optional() })
    .transform(({ customers, customer }) =>
      [customer, ...customers.nodes].flatMap((node) => found.safeParse(node).data ?? []),
    )
  const variables = { query, first: MOST_FOUND, id: gidOf(number ?? ('1' as CustomerId)), byNumber: number !== null }
  const answer = await askAdmin(shop, SEARCH_CUSTOMERS, { variables, parse })
  if (answer.kind !== 'answered') return answer
  return { ...answer, data: [...new Map(answer.data.map((one) => [one.customerId, one])).values()] }
}
