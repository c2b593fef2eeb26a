import type { ShopDomain } from '#app/core/ids.ts'
import type { CarryingOut } from '#app/core/report/dry-run-view.ts'
import { autocommit } from '#app/store/database.ts'
import { findDryRun, saveCarriedOut } from '#app/store/dry-runs.ts'
import { findShop } from '#app/store/shops.ts'
import { saveSetting } from '../settings/save-setting.ts'
import { startFirstSync } from '../status/start-first-sync.ts'

/**
 * Does what the last dry run played: starts the full sync, or saves the choice, unless the settings were changed since. Of two who press at
 * once, one does it.
 */
export async function carryOutDryRun(
  shop: ShopDomain,
  { id, by, now }: { id: string; by: string | null; now: Date },
): Promise<CarryingOut> {
  const dry = await findDryRun(shop)
  if (dry?.id !== id || dry.state !== 'finished' || dry.carriedOutAt) return { kind: 'over' }
  const { subject, choices, settingsVersion: version } = dry
  if (subject === 'full') {
    if ((await findShop(shop))?.settingsVersion !== version) return { kind: 'over' }
    const start = await startFirstSync(shop, { by, now })
    if (start.kind === 'started') await saveCarriedOut(shop, { id, now }, autocommit)
    return { kind: 'full', start }
  }
  const choice = subject === 'mapping' ? choices.mapping.mapping : choices[subject]
  const change = await saveSetting(shop, subject, { version, choice, now })
  if (change.kind === 'saved') await saveCarriedOut(shop, { id, now }, autocommit)
  return { kind: 'saved', change }
}
