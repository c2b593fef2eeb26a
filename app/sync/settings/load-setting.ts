import type { ShopDomain } from '#app/core/ids.ts'
import type { SettingFacts, SettingPage, SettingPageView } from '#app/core/report/setting-pages.ts'
import { type Choices, initialChoices } from '#app/core/settings/settings.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { choicesOf } from '#app/store/settings.ts'
import { findShop, type Shop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { loadAlertsFacts } from './facts/load-alerts-facts.ts'
import { loadAudienceOptions } from './facts/load-audience-options.ts'
import { loadDestinationFacts } from './facts/load-destination-facts.ts'
import { loadLoyaltyFacts } from './facts/load-loyalty-facts.ts'
import { loadMappingFacts } from './facts/load-mapping-facts.ts'

/** Returns what the page of a choice shows: the choice, the integration's status, and the facts of that page. */
export async function loadSetting<Page extends SettingPage>(
  shop: ShopDomain,
  page: Page,
  now: Date,
): Promise<SettingPageView<Page>> {
  const [known, connection, run] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    findOpenRun(shop, autocommit),
  ])
  const choices = known ? choicesOf(known) : initialChoices
  return {
    version: known?.settingsVersion ?? 0,
    choice: choices[page],
    timeZone: known?.timeZone ?? 'UTC',
    status: known?.status ?? 'on',
    connected: connection !== null,
    runIsOpen: run !== null,
    ...(await facts[page](shop, { known, choices, now })),
  }
}

interface Loaded {
  /** Null for a shop that is not known yet. */
  readonly known: Shop | null
  readonly choices: Choices
  readonly now: Date
}

const facts: {
  readonly [Page in SettingPage]: (shop: ShopDomain, loaded: Loaded) => Promise<SettingFacts[Page]>
} = {
  audience: async (shop, { choices: { audience } }) => ({
    options: await loadAudienceOptions(shop, audience),
  }),
  mapping: loadMappingFacts,
  destination: loadDestinationFacts,
  loyalty: loadLoyaltyFacts,
  alerts: loadAlertsFacts,
}
