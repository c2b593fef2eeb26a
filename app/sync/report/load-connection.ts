import type { ShopDomain } from '#app/core/ids.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import { EVENTS_SCOPE, SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { findConnection } from '#app/store/connections.ts'
import { findShop } from '#app/store/shops.ts'
import { cardConnection, cardIntegration } from './load-sync-card.ts'

/** What Settings shows of the connection; never its key. */
export async function loadConnection(shop: ShopDomain): Promise<ConnectionView> {
  const [known, connection] = await Promise.all([findShop(shop), findConnection(shop)])
  const loyalty = known?.loyalty
  return {
    connection: cardConnection(connection),
    integration: cardIntegration(known),
    timeZone: known?.timeZone ?? 'UTC',
    loyalty: { on: loyalty?.choice.on ?? false, refused: known?.loyaltyRefusedAt != null },
    scopesNeeded: loyalty?.choice.on ? [...SCOPES_NEEDED, EVENTS_SCOPE] : SCOPES_NEEDED,
  }
}
