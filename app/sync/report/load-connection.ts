import type { ShopDomain } from '#app/core/ids.ts'
import { countryNames } from '#app/core/profile/countries.ts'
import { sentCounts } from '#app/core/profile/mapped-fields.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import { initialChoices } from '#app/core/settings/settings.ts'
import { EVENTS_SCOPE, SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { findConnection, isAccountShared } from '#app/store/connections.ts'
import { choicesOf } from '#app/store/settings.ts'
import { findShop } from '#app/store/shops.ts'
import { cardConnection, cardIntegration } from './load-sync-card.ts'

/** What the Settings page shows of the connection. Never contains the key. */
export async function loadConnection(shop: ShopDomain): Promise<ConnectionView> {
  const [known, connection, accountIsShared] = await Promise.all([
    findShop(shop),
    findConnection(shop),
    isAccountShared(shop),
  ])
  const { audience, mapping, destination, loyalty } = known ? choicesOf(known) : initialChoices
  return {
    connection: cardConnection(connection),
    accountIsShared,
    integration: cardIntegration(known),
    destination,
    timeZone: known?.timeZone ?? 'UTC',
    audience,
    countries:
      audience.countries.length === 0 ? [] : countryNames().filter(({ id }) => audience.countries.includes(id)),
    sent: sentCounts(mapping),
    loyalty: { on: loyalty.on, refused: known?.blocked.event !== undefined },
    scopesNeeded: loyalty.on ? [...SCOPES_NEEDED, EVENTS_SCOPE] : SCOPES_NEEDED,
  }
}
