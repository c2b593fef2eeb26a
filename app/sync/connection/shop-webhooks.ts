import type { ShopDomain } from '#app/core/ids.ts'
import { hurryRun } from '#app/store/run-progress.ts'
import { deleteSessions } from '#app/store/sessions.ts'
import { findShop, forgetShopFacts, uninstallShop } from '#app/store/shops.ts'
import { cancelOpenRun } from '#app/store/sync-runs.ts'
import { shopEvent, webhookOutdated } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'
import { installationAt } from './installation-at.ts'

/**
 * The app was uninstalled: no call goes out from here on, and the shop's tokens are deleted. A webhook that is older than the installation, or
 * that Shopify contradicts, changes nothing. When Shopify does not answer, the webhook is believed: opening the app repairs it if it was wrong.
 */
export async function shopUninstalled(shop: ShopDomain, triggeredAt: Date | null, now: Date): Promise<void> {
  const installation = await installationAt(shop, triggeredAt)
  if (installation === 'newer' || installation === 'active') {
    webhookOutdated({ shop, topic: 'app/uninstalled' })
    return
  }
  await uninstallShop(shop, now)
  await cancelOpenRun(shop, 'uninstalled', now)
  await deleteSessions(shop)
  shopEvent('shop_uninstalled', shop)
}

/**
 * The shop's name, time zone or scopes may be others: a hint, read again when the shop is next worked for. News that are older than the
 * installation change nothing.
 */
export async function shopFactsChanged(shop: ShopDomain, triggeredAt: Date | null): Promise<void> {
  const known = await findShop(shop)
  if (known && triggeredAt && triggeredAt < known.installedAt) return
  await forgetShopFacts(shop)
  wakeSoon([shop])
}

/** Shopify finished writing a file. If a run waits for this very operation, it goes on at once. */
export async function bulkOperationFinished(shop: ShopDomain, operation: string, now: Date): Promise<void> {
  if (await hurryRun(shop, operation, now)) wakeSoon([shop])
}
