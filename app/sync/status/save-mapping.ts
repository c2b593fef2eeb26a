import type { ShopDomain } from '#app/core/ids.ts'
import { forgottenAfter } from '#app/core/profile/clearable-fields.ts'
import { sendTheSame } from '#app/core/profile/mapped-fields.ts'
import { mappingSchema } from '#app/core/profile/mapping.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { saveShopMapping } from '#app/store/integration.ts'
import { lockShop } from '#app/store/shops.ts'
import { mappingSaved } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Saves what is sent from now on. If that is not what was sent before, all customers are to be compared. `version` is that of the
 * page the merchant saw; unless it yields `mapping_saved`, nothing is changed.
 */
export async function saveMapping(
  shop: ShopDomain,
  { version, mapping: asked, now }: { version: number; mapping: unknown; now: Date },
): Promise<IntegrationChange> {
  const read = mappingSchema.safeParse(asked)
  if (!read.success) return { kind: 'mapping_invalid' }
  const mapping = read.data
  const saved = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return null
    const compares = !sendTheSame(known.mapping.mapping, mapping)
    const forgotten = forgottenAfter(known.mapping, mapping)
    await saveShopMapping(shop, { mapping, forgotten, changedAt: compares ? now : null }, on)
    return { compares }
  }, WHOLE_SHOP)
  if (!saved) return { kind: 'stale' }
  mappingSaved(shop, saved.compares)
  if (saved.compares) wakeSoon([shop])
  return { kind: 'mapping_saved', ...saved }
}
