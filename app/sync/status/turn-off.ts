import type { ShopDomain } from '#app/core/ids.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { transaction } from '#app/store/database.ts'
import { endDryRun } from '#app/store/dry-runs.ts'
import { changeIntegrationStatus, finishTurningOff } from '#app/store/integration.ts'
import { lockShop } from '#app/store/shops.ts'
import { integrationStopped, integrationTurned } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Turns the integration off: work that has been started is finished and settled, nothing new is started, changes are kept, an open run is
 * paused, and an open dry run ends. When no work has been started it is off at once, without a worker. `version` is what the merchant saw.
 */
export async function turnOff(
  shop: ShopDomain,
  { version, now }: { version: number; now: Date },
): Promise<IntegrationChange> {
  const outcome = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return 'stale'
    if (!(await changeIntegrationStatus(shop, 'turning_off', on))) return 'stale'
    await endDryRun(shop, { id: null, to: 'cancelled', failure: 'turned_off', now }, on)
    return (await finishTurningOff(shop, { holder: null, now }, on)) ? 'turned_off' : 'turning_off'
  })
  if (outcome === 'stale') return { kind: 'stale' }
  integrationTurned(shop, 'off')
  if (outcome === 'turned_off') integrationStopped(shop)
  else wakeSoon([shop])
  return { kind: outcome }
}
