/**
 * Every topic of Shopify's that is about a customer. `Customer` is that of an event, the others are those of webhooks.
 * https://shopify.dev/docs/api/webhooks
 */
export const customerTopics = [
  'customers/create',
  'customers/update',
  'customers/delete',
  'customers/merge',
  'customers/purchasing_summary',
  'customers_email_marketing_consent/update',
  'customers_marketing_consent/update',
  'customer.tags_added',
  'customer.tags_removed',
  'Customer',
] as const

export type CustomerTopic = (typeof customerTopics)[number]
