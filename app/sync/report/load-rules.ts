import type { ShopDomain } from '#app/core/ids.ts'
import { countryNames } from '#app/core/profile/countries.ts'
import { defaultRules } from '#app/core/profile/rules.ts'
import type { RulesView } from '#app/core/report/rules-view.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { loadAudienceChoices } from './load-audience-choices.ts'

/** What the audience page shows, with what can be chosen in Shopify now. */
export async function loadRules(shop: ShopDomain): Promise<RulesView> {
  const [known, connection, run] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    findOpenRun(shop, autocommit),
  ])
  const rules = known?.rules ?? defaultRules
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
