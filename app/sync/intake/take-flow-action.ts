import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { hasFlowActionRun, saveFlowActionRun } from '#app/store/flow-action-runs.ts'
import { markCustomer } from './mark-customers.ts'

/**
 * A workflow asks for a customer to be synced: marks them, once for each action run. Marked first and noted second: should it
 * die in between, Flow repeats the run and the customer is marked again, which costs a read.
 */
export async function takeFlowAction(
  shop: ShopDomain,
  action: { actionRunId: string; customerId: CustomerId },
  now: Date,
): Promise<void> {
  if (await hasFlowActionRun(shop, action.actionRunId)) return
  await markCustomer(shop, { customerId: action.customerId, updatedAt: null })
  await saveFlowActionRun(shop, action.actionRunId, now)
}
