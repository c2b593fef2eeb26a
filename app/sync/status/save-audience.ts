import type { ShopDomain } from '#app/core/ids.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { audienceSchema, audiencesEquivalent } from '#app/core/settings/audience.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { saveShopAudience } from '#app/store/integration.ts'
import { lockShop } from '#app/store/shops.ts'
import { audienceSaved } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/**
 * Saves which customers are synced. If that may differ for any customer, all customers are compared. `version` is that of the page the
 * merchant saw; unless `audience_saved` is returned, nothing is changed.
 */
export async function saveAudience(
  shop: ShopDomain,
  { version, audience: input, now }: { version: number; audience: unknown; now: Date },
): Promise<IntegrationChange> {
  const read = audienceSchema.safeParse(input)
  if (!read.success) return { kind: 'audience_invalid' }
  const audience = read.data
  const saved = await transaction(async (on) => {
    const known = await lockShop(shop, on)
    if (known?.settingsVersion !== version) return null
    const compares = !audiencesEquivalent(known.audience, audience)
    await saveShopAudience(shop, { audience, comparedFrom: compares ? now : null }, on)
    return { compares }
  }, WHOLE_SHOP)
  if (!saved) return { kind: 'stale' }
  audienceSaved(shop, saved.compares)
  if (saved.compares) wakeSoon([shop])
  return { kind: 'audience_saved', ...saved }
}
