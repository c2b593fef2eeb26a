import type { ShopDomain } from '#app/core/ids.ts'
import { countryNames } from '#app/core/profile/countries.ts'
import type { AudienceView } from '#app/core/report/audience-view.ts'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { findConnection } from '#app/store/connections.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { loadAudienceChoices } from './load-audience-choices.ts'

/** What the audience page shows, with what can be chosen in Shopify now. */
export async function loadAudience(shop: ShopDomain): Promise<AudienceView> {
  const [known, connection, run] = await Promise.all([findShop(shop), findConnection(shop), findOpenRun(shop)])
  const audience = known?.audience ?? defaultAudience
  return {
    version: known?.settingsVersion ?? 0,
    audience,
    timeZone: known?.timeZone ?? 'UTC',
    status: known?.status ?? 'on',
    connected: connection !== null,
    runIsOpen: run !== null,
    choices: await loadAudienceChoices(shop, audience),
    countries: countryNames(),
  }
}
