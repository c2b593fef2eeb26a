import { isSyncDelay } from '#app/core/flow/sync-delay.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { saveIntegrationSettings } from '#app/store/integration.ts'
import { rescheduleMarks } from '#app/store/marks.ts'
import { lockShop } from '#app/store/shops.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/** Saves how long changes wait, and whether customers are compared every night. The new delay applies to waiting changes as well. */
export async function saveSettings(
  shop: ShopDomain,
  { version, syncDelayMs, nightlyReconcile }: { version: number; syncDelayMs: number; nightlyReconcile: boolean },
): Promise<IntegrationChange> {
  if (!isSyncDelay(syncDelayMs)) return { kind: 'delay_invalid' }
  const saved = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return false
    await saveIntegrationSettings(shop, { syncDelayMs, nightlyReconcile }, on)
    await rescheduleMarks(shop, on)
    return true
  }, WHOLE_SHOP)
  if (!saved) return { kind: 'stale' }
  // Repeated after the commit: changes that arrived meanwhile were scheduled by the old delay.
  await transaction((on) => rescheduleMarks(shop, on), WHOLE_SHOP)
  wakeSoon([shop])
  return { kind: 'settings_saved' }
}
