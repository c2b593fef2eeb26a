import type { FlowTrigger } from '#app/core/flow/flow-trigger.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { saveFlowTriggerUse } from '#app/store/flow-triggers.ts'

/** Records that a merchant turned on the first workflow that uses a trigger, or turned off the last. */
export async function takeFlowLifecycle(
  shop: ShopDomain,
  told: { trigger: FlowTrigger; used: boolean; toldAt: Date },
): Promise<void> {
  await saveFlowTriggerUse(shop, told)
}
