import type { ShopDomain } from '#app/core/ids.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { transaction } from '#app/store/database.ts'
import { settleTurningOff, turnIntegration } from '#app/store/integration.ts'
import { lockShop } from '#app/store/shops.ts'
import { integrationStopped, integrationTurned } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Turns the integration off: what is in hand is finished and settled, nothing new is begun, changes are held, an open run is
 * paused. When nothing is in hand it is off at once, whether a worker is there or not. `version` is what the merchant saw.
 */
export async function turnOff(
  shop: ShopDomain,
  { version, now }: { version: number; now: Date },
): Promise<IntegrationChange> {
  const outcome = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return 'stale'
    if (!(await turnIntegration(shop, 'turning_off', on))) return 'stale'
    return (await settleTurningOff(shop, { conductor: null, now }, on)) ? 'turned_off' : 'turning_off'
  })
  if (outcome === 'stale') return { kind: 'stale' }
  integrationTurned(shop, 'off')
  if (outcome === 'turned_off') integrationStopped(shop)
  else wakeSoon([shop])
  return { kind: outcome }
}
