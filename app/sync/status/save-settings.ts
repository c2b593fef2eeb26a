import { isSyncDelay } from '#app/core/flow/sync-delay.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { saveIntegrationSettings } from '#app/store/integration.ts'
import { respaceMarks } from '#app/store/marks.ts'
import { lockShop } from '#app/store/shops.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/** Saves how long changes wait and whether customers are compared by night; what waits already waits by the new delay. */
export async function saveSettings(
  shop: ShopDomain,
  { version, syncDelayMs, nightlyReconcile }: { version: number; syncDelayMs: number; nightlyReconcile: boolean },
): Promise<IntegrationChange> {
  if (!isSyncDelay(syncDelayMs)) return { kind: 'delay_invalid' }
  const saved = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return false
    await saveIntegrationSettings(shop, { syncDelayMs, nightlyReconcile }, on)
    await respaceMarks(shop, on)
    return true
  }, WHOLE_SHOP)
  if (!saved) return { kind: 'stale' }
  // Once more after the commit: a change that came meanwhile was given its time by the delay before.
  await transaction((on) => respaceMarks(shop, on), WHOLE_SHOP)
  wakeSoon([shop])
  return { kind: 'settings_saved' }
}
