import type { ShopDomain } from '#app/core/ids.ts'
import { countryNames } from '#app/core/profile/countries.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import { initialChoices } from '#app/core/settings/settings.ts'
import { EVENTS_SCOPE, SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { findConnection, isAccountShared } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { choicesOf } from '#app/store/settings.ts'
import { findShop } from '#app/store/shops.ts'
import { cardConnection, cardIntegration } from './load-sync-card.ts'

/** What the Settings page shows: the connection, without the key, and what is chosen. */
export async function loadConnection(shop: ShopDomain): Promise<ConnectionView> {
  const [known, connection, accountIsShared] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    isAccountShared(shop),
  ])
  const choices = known ? choicesOf(known) : initialChoices
  const chosen = choices.audience.countries
  return {
    connection: cardConnection(connection),
    accountIsShared,
    integration: cardIntegration(known),
    timeZone: known?.timeZone ?? 'UTC',
    choices,
    countries: chosen.length === 0 ? [] : countryNames().filter(({ id }) => chosen.includes(id)),
    eventsRefused: known?.blocked.event !== undefined,
    scopesNeeded: choices.loyalty.on ? [...SCOPES_NEEDED, EVENTS_SCOPE] : SCOPES_NEEDED,
  }
}
