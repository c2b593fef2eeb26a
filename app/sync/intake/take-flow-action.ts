import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { hasFlowActionRun, saveFlowActionRun } from '#app/store/flow-action-runs.ts'
import { markCustomer } from './mark-customers.ts'

/**
 * Marks the customer that a Shopify Flow workflow asks to sync, once for each action run. The mark is saved before the action run: if the
 * process dies in between, Flow repeats the run and the customer is marked again, which costs a read.
 */
export async function takeFlowAction(
  shop: ShopDomain,
  action: { actionRunId: string; customerId: CustomerId },
  now: Date,
): Promise<void> {
  if (await hasFlowActionRun(shop, action.actionRunId)) return
  await markCustomer(shop, { customerId: action.customerId, updatedAt: null, heard: 'flow' })
  await saveFlowActionRun(shop, action.actionRunId, now)
}
