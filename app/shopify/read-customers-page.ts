import { z } from 'zod'
import { customerGid, type ShopDomain } from '#app/core/ids.ts'
import type { MetafieldKey } from '#app/core/profile/mapped-values.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import type { CustomerRecord } from './bulk-file.ts'
import { customersPageQuery } from './customer.graphql.ts'
import { faultsUnder, shownCustomer } from './read-customers.ts'

export interface CustomersPage {
  /** The records with a readable customer id. */
  readonly customers: readonly CustomerRecord[]
  /** How many records the page had. */
  readonly rows: number
  /** The cursor of the next page; null on the last. */
  readonly next: string | null
}

const page = z.object({
  customers: z.object({
    nodes: z.array(z.unknown()),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
})

/** Returns a page of all customers that `search` finds (null: all), in the order of their ids, with these metafields. */
export async function readCustomersPage(
  shop: ShopDomain,
  ask: { search: string | null; after: string | null; size: number; metafields: readonly MetafieldKey[] },
): Promise<AdminAnswer<CustomersPage>> {
  const answer = await askAdmin(shop, customersPageQuery(ask.metafields), {
    variables: { first: ask.size, after: ask.after, query: ask.search },
    parse: page,
  })
  if (answer.kind !== 'answered') return answer
  const { nodes, pageInfo } = answer.data.customers
  const customers = nodes.flatMap((node, i): CustomerRecord[] => {
    const shown = shownCustomer(node, faultsUnder(answer.faults, ['customers', 'nodes', i]), ask.metafields)
    const id = customerGid.safeParse((node as { id?: unknown } | null)?.id)
    return shown && id.success ? [{ id: id.data, shown }] : []
  })
  const next = pageInfo.hasNextPage ? pageInfo.endCursor : null
  return { ...answer, data: { customers, rows: nodes.length, next } }
}
