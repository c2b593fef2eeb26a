import type { ShopDomain } from '#app/core/ids.ts'
import { deleteConnection } from '#app/store/connections.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { endDryRun } from '#app/store/dry-runs.ts'
import { saveRevocation } from '#app/store/klaviyo-revocations.ts'
import { endReadBack } from '#app/store/read-backs.ts'
import { saveStartAt } from '#app/store/run-starts.ts'
import { lockShop } from '#app/store/shops.ts'
import { cancelOpenRun } from '#app/store/sync-runs.ts'
import { shopEvent } from '../events.ts'

/**
 * Deletes the key or the tokens, which stops all sending at the next call; the grant is then ended at Klaviyo, too, by the worker. What was delivered stays recorded; an import that Klaviyo is still processing
 * does too, so that it is waited for when the same account is connected again.
 */
export async function disconnectKlaviyo(shop: ShopDomain, now: Date): Promise<void> {
  await transaction(async (on) => {
    // A run that is being started at this moment is either cancelled here, or finds no connection.
    await lockShop(shop, on)
    await saveStartAt(shop, null, on)
    await saveRevocation(shop, now, on)
    await deleteConnection(shop, on)
    await cancelOpenRun(shop, 'disconnected', now, on)
    await endReadBack(shop, { end: 'disconnected', now }, on)
    await endDryRun(shop, { id: null, to: 'cancelled', failure: 'disconnected', now }, on)
  }, WHOLE_SHOP)
  shopEvent('shop_disconnected', shop)
}
