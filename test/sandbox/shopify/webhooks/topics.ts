import type { Customer } from '../customers/customer.ts'

/** What a delivery of each topic is about. */
export interface TopicSubjects {
  'customers/create': CustomerSubject
  'customers/update': CustomerSubject
  'customers/delete': CustomerSubject
  'customer.tags_added': CustomerSubject
  'customer.tags_removed': CustomerSubject
  'customers/purchasing_summary': CustomerSubject
  'customers_email_marketing_consent/update': CustomerSubject
  'customers_marketing_consent/update': CustomerSubject
  /** With `failed`, Shopify tells that it has come to nothing. */
  'customers/merge': { readonly keptId: string; readonly goneId: string; readonly failed?: boolean }
  'bulk_operations/finish': BulkFinish
  'app/uninstalled': undefined
  'app/scopes_update': { readonly previous: readonly string[]; readonly current: readonly string[] }
  'shop/update': undefined
  'customers/data_request': Customer
  'customers/redact': Customer
  'shop/redact': undefined
}

export type Topic = keyof TopicSubjects

/** All that a customer topic's payload takes from the customer. */
export type CustomerSubject = Pick<Customer, 'id' | 'updatedAt'>

export interface BulkFinish {
  /** Global id. */
  readonly id: string
  readonly createdAt: string
  readonly completedAt: string | null
  readonly errorCode: string | null
  readonly status: string
}

/** Where Lockstep's shopify.app.toml sends each topic. */
export const uriOfTopic: Record<Topic, string> = {
  'customers/create': '/webhooks/customers',
  'customers/update': '/webhooks/customers',
  'customers/delete': '/webhooks/customers',
  'customers/merge': '/webhooks/customers',
  'customer.tags_added': '/webhooks/customers',
  'customer.tags_removed': '/webhooks/customers',
  'customers/purchasing_summary': '/webhooks/customers',
  'customers_email_marketing_consent/update': '/webhooks/customers',
  'customers_marketing_consent/update': '/webhooks/customers',
  'bulk_operations/finish': '/webhooks/bulk-operations',
  'app/uninstalled': '/webhooks/app',
  'app/scopes_update': '/webhooks/app',
  'shop/update': '/webhooks/app',
  'customers/data_request': '/webhooks/privacy',
  'customers/redact': '/webhooks/privacy',
  'shop/redact': '/webhooks/privacy',
}

export const FLOW_URI = '/flow/sync-customer'
export const FLOW_LIFECYCLE_URI = '/flow/lifecycle'
