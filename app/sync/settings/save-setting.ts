import type { ShopDomain } from '#app/core/ids.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { parseChoice, type SettingName, settings } from '#app/core/settings/settings.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { lookAgainAtHeld } from '#app/store/run-checks.ts'
import { choicesOf, saveChoice } from '#app/store/settings.ts'
import { findShop, lockShop } from '#app/store/shops.ts'
import { settingSaved } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'
import { savingOf } from './saving.ts'

/**
 * Saves one of the merchant's choices, and starts what follows from it (saving.ts): above all a comparison of all customers, if what Klaviyo
 * has may differ from what it should have. `version` is that of the page that the merchant saw; unless `saved` is returned, nothing is
 * changed.
 */
export async function saveSetting<Name extends SettingName>(
  shop: ShopDomain,
  name: Name,
  { version, choice: submitted, now }: { version: number; choice: unknown; now: Date },
): Promise<IntegrationChange> {
  const choice = parseChoice(name, submitted)
  if (choice === null) return { kind: 'invalid', setting: name }
  const { refusal, refusalWithin, within, afterwards } = savingOf(name)
  const seen = await findShop(shop)
  if (seen?.settingsVersion !== version) return { kind: 'stale' }
  const refused = await refusal?.(seen, choice)
  if (refused) return refused
  const saved = await transaction<IntegrationChange>(async (on) => {
    const refused = await refusalWithin?.(seen, choice, on)
    if (refused) return refused
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return { kind: 'stale' }
    const compares = settings[name].needsComparison(choicesOf(known)[name], choice)
    await saveChoice(shop, name, { choice, comparedFrom: compares ? now : null }, on)
    await lookAgainAtHeld(shop, now, on)
    await within?.(known, choice, { compares, now, on })
    return { kind: 'saved', setting: name, compares }
  }, WHOLE_SHOP)
  if (saved.kind !== 'saved') return saved
  await afterwards?.(shop)
  settingSaved({ shop, setting: saved.setting, compares: saved.compares })
  wakeSoon([shop])
  return saved
}
