import type { ShopDomain } from '#app/core/ids.ts'
import { findConnection } from '#app/store/connections.ts'
import { installShop } from '#app/store/shops.ts'
import { startFullRun } from '#app/store/sync-runs.ts'
import { shopEvent } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Notes that the app is open in a shop's admin, and so is installed. Set-up goes by what is there, not by a hook of the
 * library's, which does not run at a reinstallation. A shop that comes back with its connection has missed changes: it is synced in full.
 */
export async function welcomeShop(shop: ShopDomain, now: Date): Promise<void> {
  if (!(await installShop(shop, now))) return
  shopEvent('shop_installed', shop)
  if (!(await findConnection(shop))) return
  await startFullRun(shop, { trigger: 'connecting', by: null, always: true, now })
  wakeSoon([shop])
}
