import type { ShopDomain } from '#app/core/ids.ts'
import { rulesEquivalent, rulesSchema } from '#app/core/profile/rules.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { saveShopRules } from '#app/store/integration.ts'
import { lockShop } from '#app/store/shops.ts'
import { rulesSaved } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Saves which customers are synced. If that may differ for any customer, all customers are compared. `version` is that of the page the
 * merchant saw; unless `rules_saved` is returned, nothing is changed.
 */
export async function saveRules(
  shop: ShopDomain,
  { version, rules: input, now }: { version: number; rules: unknown; now: Date },
): Promise<IntegrationChange> {
  const read = rulesSchema.safeParse(input)
  if (!read.success) return { kind: 'rules_invalid' }
  const rules = read.data
  const saved = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return null
    const compares = !rulesEquivalent(known.rules, rules)
    await saveShopRules(shop, { rules, comparedFrom: compares ? now : null }, on)
    return { compares }
  }, WHOLE_SHOP)
  if (!saved) return { kind: 'stale' }
  rulesSaved(shop, saved.compares)
  if (saved.compares) wakeSoon([shop])
  return { kind: 'rules_saved', ...saved }
}
