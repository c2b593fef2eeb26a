import { z } from 'zod'
import type { ShopDomain } from '#app/core/ids.ts'
import type { SampledCustomer } from '#app/core/loyalty/seen-fields.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import { LOYALTY_SAMPLE } from './loyalty-sample.graphql.ts'
import { storableText } from './storable-text.ts'

const metafield = z.object({
  namespace: storableText,
  key: storableText,
  type: storableText,
  value: storableText,
  updatedAt: z.iso.datetime({ offset: true }),
})

// A field that Shopify withholds is null.
const sampled = z.object({
  displayName: storableText.nullable(),
  defaultEmailAddress: z.object({ emailAddress: storableText.nullable() }).nullable(),
  tags: z.array(storableText).nullable(),
  metafields: z.object({ nodes: z.array(metafield) }).nullable(),
})

const sample = z
  .object({ customers: z.object({ nodes: z.array(sampled.nullable()) }) })
  .transform(({ customers: { nodes } }): SampledCustomer[] =>
    nodes.flatMap((node) =>
      node
        ? {
            label: node.displayName?.trim() || node.defaultEmailAddress?.emailAddress || '',
            tags: node.tags ?? [],
            metafields: node.metafields?.nodes ?? [],
          }
        : [],
    ),
  )

/** Returns the ten customers that changed last, with their tags and up to forty metafields each, the defined and the undefined ones. */
export function readLoyaltySample(shop: ShopDomain): Promise<AdminAnswer<readonly SampledCustomer[]>> {
  return askAdmin(shop, LOYALTY_SAMPLE, { parse: sample })
}
