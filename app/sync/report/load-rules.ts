import type { ShopDomain } from '#app/core/ids.ts'
import { countryNames } from '#app/core/profile/countries.ts'
import { everybody } from '#app/core/profile/rules.ts'
import type { RulesView } from '#app/core/report/rules-view.ts'
import { findConnection } from '#app/store/connections.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { loadAudienceChoices } from './load-audience-choices.ts'

/** What the page about who is synced shows, with what can be chosen in Shopify at this moment. */
export async function loadRules(shop: ShopDomain): Promise<RulesView> {
  const [known, connection, run] = await Promise.all([findShop(shop), findConnection(shop), findOpenRun(shop)])
  const rules = known?.rules ?? everybody
  return {
    version: known?.settingsVersion ?? 0,
    rules,
    timeZone: known?.timeZone ?? 'UTC',
    status: known?.status ?? 'on',
    connected: connection !== null,
    runIsOpen: run !== null,
    choices: await loadAudienceChoices(shop, rules),
    countries: countryNames(),
  }
}
