import { z } from 'zod'
import { customerGid, customerNumber } from '#app/core/ids.ts'
import { takeFlowAction } from '#app/sync/intake/take-flow-action.ts'
import type { TakeWebhook } from './signed-webhook.ts'

// https://shopify.dev/docs/apps/build/flow/actions/endpoints
const actionRun = z.object({
  shopify_domain: z.string(),
  action_run_id: z.string().min(1).max(200),
  properties: z.object({ customer_id: z.union([customerGid, customerNumber]) }),
})

/** The shop a Flow action run is for stands in its body, not in a header; null when it is not readable. */
export function flowShop(body: unknown): string | null {
  return z.object({ shopify_domain: z.string() }).safeParse(body).data?.shopify_domain ?? null
}

export const takeFlowActionRun: TakeWebhook = async (shop, _topic, body) => {
  const read = actionRun.safeParse(body)
  if (!read.success) return 'unreadable'
  const { action_run_id: actionRunId, properties } = read.data
  await takeFlowAction(shop, { actionRunId, customerId: properties.customer_id }, new Date())
  return 'taken'
}
