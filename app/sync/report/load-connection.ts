import { defaultDelivery } from '#app/core/flow/delivery-choice.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { countryNames } from '#app/core/profile/countries.ts'
import { defaultMapping, sentCounts } from '#app/core/profile/mapped-fields.ts'
import { defaultRules } from '#app/core/profile/rules.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import { EVENTS_SCOPE, SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { findConnection, isAccountShared } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { findShop } from '#app/store/shops.ts'
import { cardConnection, cardIntegration } from './load-sync-card.ts'

/** What the Settings page shows of the connection. Never contains the key. */
export async function loadConnection(shop: ShopDomain): Promise<ConnectionView> {
  const [known, connection, accountIsShared] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    isAccountShared(shop),
  ])
  const rules = known?.rules ?? defaultRules
  const loyalty = known?.loyalty
  return {
    connection: cardConnection(connection),
    accountIsShared,
    integration: cardIntegration(known),
    delivery: known?.delivery ?? defaultDelivery,
    timeZone: known?.timeZone ?? 'UTC',
    rules,
    countries: rules.countries.length === 0 ? [] : countryNames().filter(({ id }) => rules.countries.includes(id)),
    sent: sentCounts(known?.mapping.mapping ?? defaultMapping),
    loyalty: { on: loyalty?.choice.on ?? false, refused: known?.loyaltyRefusedAt != null },
    scopesNeeded: loyalty?.choice.on ? [...SCOPES_NEEDED, EVENTS_SCOPE] : SCOPES_NEEDED,
  }
}
