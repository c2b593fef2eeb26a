/** Every topic of Shopify's that tells of a customer. `Customer` is an event's, the others are webhooks'. https://shopify.dev/docs/api/webhooks */
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
