import type { ShopDomain } from '#app/core/ids.ts'
import type { Rules } from '#app/core/profile/rules.ts'
import type { AudienceChoices } from '#app/core/report/audience-choices.ts'

/** What can be chosen to say who is synced, read from Shopify at this moment, and which of what these rules chose is gone. */
export async function loadAudienceChoices(_shop: ShopDomain, _rules: Rules): Promise<AudienceChoices> {
  return { segments: null, gone: [], companies: null, roles: null, b2b: false }
}
