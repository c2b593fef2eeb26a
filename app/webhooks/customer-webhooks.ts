import { z } from 'zod'
import type { CustomerTopic } from '#app/core/flow/customer-topics.ts'
import { shopifyInstant } from '#app/core/flow/instants.ts'
import { type CustomerId, customerGid, customerNumber } from '#app/core/ids.ts'
import { metafieldsIn } from '#app/core/loyalty/last-heard.ts'
import { loyaltyTriggers } from '#app/core/loyalty/triggers.ts'
import { databaseNow } from '#app/store/clock.ts'
import { recordMerge } from '#app/sync/identity/record-merge.ts'
import { type Change, markCustomer } from '#app/sync/intake/mark-customers.ts'
import { recordMetafieldsHeard, recordWebhookTopic } from '#app/sync/intake/record-webhook-topic.ts'
import type { TakeWebhook } from './signed-webhook.ts'

const changed = (customerId: CustomerId, updatedAt: Date | null = null): Change[] => [{ customerId, updatedAt }]

/** With an unexpected time it is unknown when the customer changed; that it changed is true all the same. */
const updatedAt = z.unknown().transform((time) => shopifyInstant.safeParse(time).data ?? null)

const byGidAndTime = z
  .object({ admin_graphql_api_id: customerGid, updated_at: updatedAt })
  .transform((body) => changed(body.admin_graphql_api_id, body.updated_at))
const byGid = z.object({ admin_graphql_api_id: customerGid }).transform((body) => changed(body.admin_graphql_api_id))
const byCustomerGid = z.object({ customerId: customerGid }).transform((body) => changed(body.customerId))

// Shopify also sends this if the merge failed: see `status`.
// https://shopify.dev/docs/api/webhooks?reference=toml#list-of-topics-customers/merge
const merged = z
  .object({
    admin_graphql_api_customer_kept_id: customerGid,
    admin_graphql_api_customer_deleted_id: customerGid,
    status: z.string().nullish(),
  })
  .transform((body) => ({
    keptId: body.admin_graphql_api_customer_kept_id,
    goneId: body.admin_graphql_api_customer_deleted_id,
    isDone: body.status?.toLowerCase() === 'completed',
  }))

// The customers that each topic reports as changed. Fields: https://shopify.dev/docs/api/webhooks
const changesIn: Record<CustomerTopic, z.ZodType<Change[]>> = {
  'customers/create': byGidAndTime,
  'customers/update': byGidAndTime,
  'customers/delete': byGid,
  'customers/merge': merged.transform(({ keptId, goneId }) => [...changed(keptId), ...changed(goneId)]),
  'customer.tags_added': byCustomerGid,
  'customer.tags_removed': byCustomerGid,
  // Sent after an order or a refund. Unlike the topics about orders it needs no scope for them.
  'customers/purchasing_summary': byCustomerGid.transform((changes) =>
    changes.map((one) => ({ ...one, ordered: true })),
  ),
  'customers_email_marketing_consent/update': z
    .object({ customer_id: customerNumber })
    .transform((body) => changed(body.customer_id)),
  'customers_marketing_consent/update': z.object({ id: customerNumber }).transform((body) => changed(body.id)),
  // Events name their resource, not a classic topic. https://shopify.dev/docs/apps/build/events
  Customer: z
    .object({ query_variables: z.object({ customerId: customerGid }) })
    .transform((body) => changed(body.query_variables.customerId)),
}

const paths = z.array(z.string()).catch([])
const changedPaths = z
  .object({
    handle: z.string().nullable().catch(null),
    fields_changed: z
      .object({ added: paths, updated: paths, removed: paths })
      .catch({ added: [], updated: [], removed: [] }),
  })
  .transform(({ handle, fields_changed: { added, updated, removed } }) => ({
    handle,
    paths: [...added, ...updated, ...removed],
  }))

/** A customer was created, changed, deleted or merged: in each case it is marked, to be read again. */
export const takeCustomerWebhook: TakeWebhook = async (shop, topic, body) => {
  if (!isCustomerTopic(topic)) return 'unreadable'
  const changes = changesIn[topic].safeParse(body)
  if (!changes.success) return 'unreadable'
  const merge = topic === 'customers/merge' ? merged.parse(body) : null
  if (merge?.isDone) await recordMerge(shop, merge, databaseNow())
  recordWebhookTopic(shop, topic, databaseNow())
  if (topic === 'Customer')
    recordMetafieldsHeard(shop, metafieldsIn(changedPaths.parse(body), loyaltyTriggers), databaseNow())
  await Promise.all(changes.data.map((change) => markCustomer(shop, { ...change, heard: topic })))
  return 'taken'
}

function isCustomerTopic(topic: string): topic is CustomerTopic {
  return Object.hasOwn(changesIn, topic)
}
