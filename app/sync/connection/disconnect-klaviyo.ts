import type { ShopDomain } from '#app/core/ids.ts'
import { deleteConnection } from '#app/store/connections.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { cancelOpenRun } from '#app/store/sync-runs.ts'
import { shopEvent } from '../events.ts'

/**
 * Stops all sends at the next call and forgets the key. What was delivered stays delivered, and remembered; an import on its
 * way is remembered too, so that nothing newer overtakes it when the same account is connected again.
 */
export async function disconnectKlaviyo(shop: ShopDomain, now: Date): Promise<void> {
  await transaction(async (on) => {
    await deleteConnection(shop, on)
    await cancelOpenRun(shop, 'disconnected', now, on)
  }, WHOLE_SHOP)
  shopEvent('shop_disconnected', shop)
}
