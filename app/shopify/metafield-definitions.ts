import { z } from 'zod'
import type { ShopDomain } from '#app/core/ids.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import { CUSTOMER_METAFIELD_DEFINITIONS } from './metafield-definitions.graphql.ts'

const page = z.object({
  metafieldDefinitions: z.object({
    nodes: z.array(
      z.object({
        namespace: z.string(),
        key: z.string(),
        name: z.string(),
        type: z.object({ name: z.string() }),
        access: z.object({ admin: z.string().nullable() }),
      }),
    ),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
})

// At the other access levels only the owner's app, or only the merchant, may read; without a level nothing is withheld.
// https://shopify.dev/docs/api/admin-graphql/latest/enums/MetafieldAdminAccess
const READABLE = [null, 'PUBLIC_READ', 'PUBLIC_READ_WRITE']

export interface DefinitionPage {
  readonly definitions: readonly MetafieldDefinition[]
  /** The cursor of the next page; null on the last. */
  readonly next: string | null
}

/** Returns a page of the metafields that are defined for the shop's customers. */
export async function readMetafieldDefinitions(
  shop: ShopDomain,
  after: string | null,
): Promise<AdminAnswer<DefinitionPage>> {
  const parse = page.transform(({ metafieldDefinitions: { nodes, pageInfo } }) => ({
    definitions: nodes.map(({ namespace, key, name, type, access }) => ({
      namespace,
      key,
      name,
      type: type.name,
      readable: READABLE.includes(access.admin),
    })),
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  }))
  return askAdmin(shop, CUSTOMER_METAFIELD_DEFINITIONS, { variables: { after }, parse })
}
