import { z } from 'zod'
import { customerGid, customerNumber } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { takeFlowAction } from '#app/sync/intake/take-flow-action.ts'
import type { TakeWebhook } from './signed-webhook.ts'

// https://shopify.dev/docs/apps/build/flow/actions/endpoints
const actionRun = z.object({
  shopify_domain: z.string(),
  action_run_id: z.string().min(1).max(200),
  properties: z.object({ customer_id: z.union([customerGid, customerNumber]) }),
})

export const takeFlowActionRun: TakeWebhook = async (shop, _topic, body) => {
  const read = actionRun.safeParse(body)
  if (!read.success) return 'unreadable'
  const { action_run_id: actionRunId, properties } = read.data
  await takeFlowAction(shop, { actionRunId, customerId: properties.customer_id }, databaseNow())
  return 'taken'
}
