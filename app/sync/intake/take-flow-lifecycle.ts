import type { FlowTrigger } from '#app/core/flow/flow-trigger.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { watchIfTold } from '#app/store/alert-watches.ts'
import { databaseNow } from '#app/store/clock.ts'
import { autocommit } from '#app/store/database.ts'
import { saveFlowTriggerUse } from '#app/store/flow-triggers.ts'

/** Records that a merchant turned on the first workflow that uses a trigger, or turned off the last. A shop with one that starts when syncing stops is watched. */
export async function takeFlowLifecycle(
  shop: ShopDomain,
  told: { trigger: FlowTrigger; used: boolean; toldAt: Date },
): Promise<void> {
  await saveFlowTriggerUse(shop, told)
  if (told.trigger === 'sync_stopped') await watchIfTold(shop, databaseNow(), autocommit)
}
