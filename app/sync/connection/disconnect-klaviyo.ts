import type { ShopDomain } from '#app/core/ids.ts'
import { deleteConnection } from '#app/store/connections.ts'
import { transaction } from '#app/store/database.ts'
import { forgetAllJobs } from '#app/store/import-jobs.ts'
import { cancelOpenRun } from '#app/store/sync-runs.ts'
import { shopEvent } from '../events.ts'

/** Stops all sends at the next call and forgets the key. What was delivered stays delivered, and remembered. */
export async function disconnectKlaviyo(shop: ShopDomain, now: Date): Promise<void> {
  await transaction(async (on) => {
    await deleteConnection(shop, on)
    await cancelOpenRun(shop, 'disconnected', now, on)
    await forgetAllJobs(shop, on)
  })
  shopEvent('shop_disconnected', shop)
}
