import type { Api, Output } from '@shopify/ui-extensions/admin.customers.segmentation-templates.data'

declare const shopify: Api

/** The day on which these templates appeared. Shopify marks them as new for a month. */
const CREATED_ON = '2026-12-01T00:00:00.000Z'

/**
 * Segments beside Lockstep's states, made of what Shopify itself knows: Lockstep writes nothing into the shop, so a segment cannot ask for a
 * state. The metafields are those of Lockstep's usual mapping. https://help.shopify.com/manual/customers/customer-segmentation/reference-guide
 */
export default async function segmentTemplates(): Promise<Awaited<Output>> {
  return { templates: queries.map(templateOf) }
}

interface SegmentQuery {
  readonly name: string
  readonly query: string
  /** What is put into the editor, if the merchant has to complete it. */
  readonly toInsert?: string
  readonly metafields?: string[]
}

const queries: readonly SegmentQuery[] = [
  { name: 'noEmail', query: 'customer_email_domain IS NULL' },
  { name: 'members', query: 'metafields.loyalty.points > 0', metafields: ['loyalty.points'] },
  {
    name: 'tier',
    query: "metafields.loyalty.tier = 'Gold'",
    toInsert: "metafields.loyalty.tier = '",
    metafields: ['loyalty.tier'],
  },
  {
    name: 'membersWithoutConsent',
    query: "metafields.loyalty.points > 0 AND email_subscription_status != 'SUBSCRIBED'",
    metafields: ['loyalty.points'],
  },
]

function templateOf({ name, query, toInsert = query, metafields = [] }: SegmentQuery) {
  return {
    title: shopify.i18n.translate(`${name}.title`),
    description: shopify.i18n.translate(`${name}.description`),
    query,
    queryToInsert: toInsert,
    createdOn: CREATED_ON,
    ...(metafields.length > 0 && { dependencies: { customMetafields: metafields } }),
  }
}
