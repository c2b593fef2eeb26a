import { z } from 'zod'
import { shopifyInstant } from '#app/core/flow/instants.ts'
import { type CustomerId, customerGid, type ShopDomain } from '#app/core/ids.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import { CHANGED_CUSTOMERS } from './changed-customers.graphql.ts'

export interface ChangedPage {
  /** By their last change, newest first. A record that names no customer is left out. */
  readonly customers: readonly { readonly customerId: CustomerId; readonly updatedAt: Date }[]
  /** The cursor of the next page; null on the last. */
  readonly next: string | null
}

const changed = z
  .object({ id: customerGid, updatedAt: shopifyInstant })
  .transform(({ id, updatedAt }) => ({ customerId: id, updatedAt }))
const page = z.object({
  customers: z.object({
    nodes: z.array(z.unknown()),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
})

/** Returns a page of the customers that changed on the day of `since` or later: Shopify's filter matches whole days. */
export async function listChangedCustomers(
  shop: ShopDomain,
  { since, after, size }: { since: Date; after: string | null; size: number },
): Promise<AdminAnswer<ChangedPage>> {
  const variables = { first: size, after, query: `updated_at:>='${since.toISOString()}'` }
  const answer = await askAdmin(shop, CHANGED_CUSTOMERS, { variables, parse: page })
  if (answer.kind !== 'answered') return answer
  const { nodes, pageInfo } = answer.data.customers
  const customers = nodes.flatMap((node) => changed.safeParse(node).data ?? [])
  return { ...answer, data: { customers, next: pageInfo.hasNextPage ? pageInfo.endCursor : null } }
}
