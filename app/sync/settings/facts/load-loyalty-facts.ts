import type { ShopDomain } from '#app/core/ids.ts'
import type { LoyaltyFacts } from '#app/core/report/loyalty-view.ts'
import type { Choices } from '#app/core/settings/settings.ts'
import { EVENTS_SCOPE } from '#app/klaviyo/endpoints.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { countRequests } from '#app/store/outbox.ts'
import type { Shop } from '#app/store/shops.ts'

/** What the loyalty activity page shows beside the choice: the metafields that can be chosen, and the events that wait. */
export async function loadLoyaltyFacts(
  shop: ShopDomain,
  { known, choices: { mapping } }: { known: Shop | null; choices: Choices },
): Promise<LoyaltyFacts> {
  const connection = await findConnection(shop, autocommit)
  return {
    connectedBy: connection?.kind === 'oauth' ? 'login' : 'key',
    sent: mapping.values.filter(({ on }) => on),
    scope: EVENTS_SCOPE,
    refusedAt: known?.blocked.event?.since.toISOString() ?? null,
    waiting: await countRequests(shop, 'event'),
    dropped: known?.loyaltyDropped ?? 0,
  }
}
