import type { ShopDomain } from '#app/core/ids.ts'
import { countryNames } from '#app/core/profile/countries.ts'
import { defaultMapping, sentCounts } from '#app/core/profile/mapped-fields.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { EVENTS_SCOPE, SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { findConnection, isAccountShared } from '#app/store/connections.ts'
import { findShop } from '#app/store/shops.ts'
import { cardConnection, cardIntegration } from './load-sync-card.ts'

/** What the Settings page shows of the connection. Never contains the key. */
export async function loadConnection(shop: ShopDomain): Promise<ConnectionView> {
  const [known, connection, accountIsShared] = await Promise.all([
    findShop(shop),
    findConnection(shop),
    isAccountShared(shop),
  ])
  const audience = known?.audience ?? defaultAudience
  const loyalty = known?.loyalty
  return {
    connection: cardConnection(connection),
    accountIsShared,
    integration: cardIntegration(known),
    destination: known?.destination ?? defaultDestination,
    timeZone: known?.timeZone ?? 'UTC',
    audience,
    countries:
      audience.countries.length === 0 ? [] : countryNames().filter(({ id }) => audience.countries.includes(id)),
    sent: sentCounts(known?.mapping.mapping ?? defaultMapping),
    loyalty: { on: loyalty?.choice.on ?? false, refused: known?.loyaltyRefusedAt != null },
    scopesNeeded: loyalty?.choice.on ? [...SCOPES_NEEDED, EVENTS_SCOPE] : SCOPES_NEEDED,
  }
}
