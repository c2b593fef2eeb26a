import { z } from 'zod'
import { bulkOperationFinished, shopFactsChanged, shopUninstalled } from '#app/sync/connection/shop-webhooks.ts'
import type { TakeWebhook } from './signed-webhook.ts'

const operation = z.object({ admin_graphql_api_id: z.string().startsWith('gid://shopify/BulkOperation/') })

export const takeShopWebhook: TakeWebhook = async (shop, topic) => {
  if (topic === 'app/uninstalled') await shopUninstalled(shop, new Date())
  else if (topic === 'shop/update' || topic === 'app/scopes_update') await shopFactsChanged(shop)
  else return 'unreadable'
  return 'taken'
}

export const takeBulkOperationWebhook: TakeWebhook = async (shop, _topic, body) => {
  const finished = operation.safeParse(body)
  if (!finished.success) return 'unreadable'
  await bulkOperationFinished(shop, finished.data.admin_graphql_api_id, new Date())
  return 'taken'
}
