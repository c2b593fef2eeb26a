import type { ShopDomain } from '#app/core/ids.ts'
import type { PresetId } from '#app/core/loyalty/preset-ids.ts'
import { saveAppDismissed } from '#app/store/loyalty-looks.ts'

/** Ends the report on a loyalty app that was found and is not mapped. It can still be mapped under Field mapping. */
export async function dismissLoyaltyApp(shop: ShopDomain, id: PresetId): Promise<{ readonly kind: 'dismissed' }> {
  await saveAppDismissed(shop, id)
  return { kind: 'dismissed' }
}
