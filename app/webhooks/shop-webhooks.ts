import { z } from 'zod'
import { databaseNow } from '#app/store/clock.ts'
import { bulkOperationFinished, shopFactsChanged, shopUninstalled } from '#app/sync/connection/shop-webhooks.ts'
import type { TakeWebhook } from './signed-webhook.ts'

const operation = z.object({ admin_graphql_api_id: z.string().startsWith('gid://shopify/BulkOperation/') })

// Both topics carry the shop, and the topic is not signed: shopify.app.toml asks for the time zone with one of them only.
const uninstalled = z.object({ myshopify_domain: z.string(), iana_timezone: z.never().optional() })

export const takeShopWebhook: TakeWebhook = async (shop, topic, body, triggeredAt) => {
  if (topic === 'app/uninstalled') {
    if (!uninstalled.safeParse(body).success) return 'unreadable'
    await shopUninstalled(shop, triggeredAt, databaseNow())
  } else if (topic === 'shop/update' || topic === 'app/scopes_update') await shopFactsChanged(shop, triggeredAt)
  else return 'unreadable'
  return 'taken'
}

export const takeBulkOperationWebhook: TakeWebhook = async (shop, _topic, body) => {
  const finished = operation.safeParse(body)
  if (!finished.success) return 'unreadable'
  await bulkOperationFinished(shop, finished.data.admin_graphql_api_id, databaseNow())
  return 'taken'
}
