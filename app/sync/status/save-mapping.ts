import type { ShopDomain } from '#app/core/ids.ts'
import { forgottenAfter } from '#app/core/profile/clearable-fields.ts'
import { mappingsEquivalent } from '#app/core/profile/mapped-fields.ts'
import { mappingSchema } from '#app/core/profile/mapping.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { saveShopMapping } from '#app/store/integration.ts'
import { lockShop } from '#app/store/shops.ts'
import { mappingSaved } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Saves which fields are sent. If that differs from what was sent before, all customers are compared. `version` is that of the page the
 * merchant saw; unless `mapping_saved` is returned, nothing is changed.
 */
export async function saveMapping(
  shop: ShopDomain,
  { version, mapping: input, now }: { version: number; mapping: unknown; now: Date },
): Promise<IntegrationChange> {
  const read = mappingSchema.safeParse(input)
  if (!read.success) return { kind: 'mapping_invalid' }
  const mapping = read.data
  const saved = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return null
    const compares = !mappingsEquivalent(known.mapping.mapping, mapping)
    const forgotten = forgottenAfter(known.mapping, mapping)
    await saveShopMapping(shop, { mapping, forgotten, changedAt: compares ? now : null }, on)
    return { compares }
  }, WHOLE_SHOP)
  if (!saved) return { kind: 'stale' }
  mappingSaved(shop, saved.compares)
  if (saved.compares) wakeSoon([shop])
  return { kind: 'mapping_saved', ...saved }
}
