import type { ShopDomain } from '#app/core/ids.ts'
import { transaction } from '#app/store/database.ts'
import { holdWaitingShop, startFullRun } from '#app/store/run-starts.ts'
import { installShop } from '#app/store/shops.ts'
import { shopEvent } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'
import { refreshShopFacts } from './refresh-shop-facts.ts'

/**
 * Records that the app was opened in a shop's admin, and so is installed. This does not rely on the library's afterAuth hook, which does not
 * run at a reinstallation. A shop that is reinstalled with its connection has missed changes: it is synced in full.
 */
export async function welcomeShop(shop: ShopDomain, now: Date): Promise<void> {
  const installed = await transaction(async (on) => {
    if (!(await installShop(shop, now, on))) return false
    // Starts nothing in a shop without a connection. One that waits for its first run keeps waiting.
    const waits = await holdWaitingShop(shop, { when: 'pressed', now }, on)
    if (!waits) await startFullRun(shop, { trigger: 'connecting', by: null, always: true, now }, on)
    return true
  })
  if (!installed) return
  shopEvent('shop_installed', shop)
  // The first page already shows times in the shop's time zone. If Shopify does not answer now, the shop's next turn asks again.
  await refreshShopFacts({ shop, clock: () => now })
  wakeSoon([shop])
}
