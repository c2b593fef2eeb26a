import { customerTopics } from '#app/core/flow/customer-topics.ts'
import { takeCustomerWebhook } from './customer-webhooks.ts'
import { takeFlowActionRun } from './flow-actions.ts'
import { takeFlowLifecycleMessage } from './flow-lifecycle.ts'
import { takePrivacyWebhook } from './privacy-webhooks.ts'
import { takeBulkOperationWebhook, takeShopWebhook } from './shop-webhooks.ts'
import type { TakeWebhook } from './signed-webhook.ts'

/** The addresses that shopify.app.toml and extensions/ name. */
export const webhookTable: Readonly<Record<string, TakeWebhook>> = {
  '/webhooks/customers': takeCustomerWebhook,
  '/webhooks/bulk-operations': takeBulkOperationWebhook,
  '/webhooks/app': takeShopWebhook,
  '/webhooks/privacy': takePrivacyWebhook,
  '/events/customers': takeCustomerWebhook,
  '/flow/sync-customer': takeFlowActionRun,
  '/flow/lifecycle': takeFlowLifecycleMessage,
}

/**
 * What takes the deliveries that come by a queue, by their topic. Privacy webhooks come by HTTPS only (decision 063), and so does Flow.
 */
export const queueTable: ReadonlyMap<string, TakeWebhook> = new Map([
  ...customerTopics.map((topic) => [topic, takeCustomerWebhook] as const),
  ['bulk_operations/finish', takeBulkOperationWebhook],
  ['app/uninstalled', takeShopWebhook],
  ['app/scopes_update', takeShopWebhook],
  ['shop/update', takeShopWebhook],
])
