import type { ShopDomain } from '#app/core/ids.ts'
import { defaultLoyalty } from '#app/core/profile/loyalty.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { EVENTS_SCOPE } from '#app/klaviyo/endpoints.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { countEvents } from '#app/store/loyalty-events.ts'
import { findShop } from '#app/store/shops.ts'

/** What the loyalty activity page shows. */
export async function loadLoyalty(shop: ShopDomain): Promise<LoyaltyView> {
  const [known, connection, waiting] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    countEvents(shop),
  ])
  const { metafields } = known?.mapping.mapping ?? defaultMapping
  return {
    version: known?.settingsVersion ?? 0,
    choice: known?.loyalty.choice ?? defaultLoyalty,
    sent: metafields.filter(({ on }) => on),
    status: known?.status ?? 'on',
    connected: connection !== null,
    scope: EVENTS_SCOPE,
    timeZone: known?.timeZone ?? 'UTC',
    refusedAt: known?.loyaltyRefusedAt?.toISOString() ?? null,
    waiting,
    dropped: known?.loyaltyDropped ?? 0,
  }
}
