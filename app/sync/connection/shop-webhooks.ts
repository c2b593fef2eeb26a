import type { ShopDomain } from '#app/core/ids.ts'
import { hurryRun } from '#app/store/run-progress.ts'
import { deleteSessions } from '#app/store/sessions.ts'
import { forgetShopFacts, uninstallShop } from '#app/store/shops.ts'
import { cancelOpenRun } from '#app/store/sync-runs.ts'
import { shopEvent } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/** The app was removed: no call goes out from here on, and no token of the shop's is left. */
export async function shopUninstalled(shop: ShopDomain, now: Date): Promise<void> {
  await uninstallShop(shop, now)
  await cancelOpenRun(shop, 'uninstalled', now)
  await deleteSessions(shop)
  shopEvent('shop_uninstalled', shop)
}

/** The shop's name, time zone or scopes may be others: a hint, read again when the shop is next worked for. */
export async function shopFactsChanged(shop: ShopDomain): Promise<void> {
  await forgetShopFacts(shop)
  wakeSoon([shop])
}

/** Shopify finished writing a file. If a run waits for this very operation, it goes on at once. */
export async function bulkOperationFinished(shop: ShopDomain, operation: string, now: Date): Promise<void> {
  if (await hurryRun(shop, operation, now)) wakeSoon([shop])
}
