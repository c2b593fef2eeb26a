import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { endDryRun } from '#app/store/dry-runs.ts'
import { deleteAuthorizations } from '#app/store/klaviyo-authorizations.ts'
import { endReadBack } from '#app/store/read-backs.ts'
import { makeRunDue } from '#app/store/run-progress.ts'
import { deleteSessions } from '#app/store/sessions.ts'
import { findShop, forgetShopFacts, uninstallShop } from '#app/store/shops.ts'
import { deleteStatusTokens } from '#app/store/status-tokens.ts'
import { cancelOpenRun } from '#app/store/sync-runs.ts'
import { shopEvent, webhookOutdated } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'
import { installationAt } from './installation-at.ts'

/**
 * Handles an uninstallation: no further call is made for the shop, and its tokens are deleted. A webhook that is older than the installation,
 * or that Shopify contradicts, changes nothing. If Shopify does not answer, the webhook is trusted: if it was wrong, opening the app undoes it.
 */
export async function shopUninstalled(shop: ShopDomain, triggeredAt: Date | null, now: Date): Promise<void> {
  const installation = await installationAt(shop, triggeredAt)
  if (installation === 'newer' || installation === 'active') {
    webhookOutdated({ shop, topic: 'app/uninstalled' })
    return
  }
  await uninstallShop(shop, now)
  await transaction(async (on) => {
    await cancelOpenRun(shop, 'uninstalled', now, on)
    await endReadBack(shop, { end: 'uninstalled', now }, on)
    await endDryRun(shop, { id: null, to: 'cancelled', failure: 'disconnected', now }, on)
  }, WHOLE_SHOP)
  await deleteSessions(shop)
  await deleteStatusTokens(shop)
  await deleteAuthorizations(shop, autocommit)
  shopEvent('shop_uninstalled', shop)
}

/**
 * The shop's name, time zone or scopes may have changed: they are read again in the shop's next turn. A webhook that is older than the
 * installation changes nothing.
 */
export async function shopFactsChanged(shop: ShopDomain, triggeredAt: Date | null): Promise<void> {
  const known = await findShop(shop)
  if (known && triggeredAt && triggeredAt < known.installedAt) return
  await forgetShopFacts(shop)
  wakeSoon([shop])
}

/** Shopify has finished a bulk operation. A run that waits for it continues at once. */
export async function bulkOperationFinished(shop: ShopDomain, operation: string, now: Date): Promise<void> {
  if (await makeRunDue(shop, operation, now)) wakeSoon([shop])
}
