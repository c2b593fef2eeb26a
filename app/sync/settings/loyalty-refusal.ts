import type { ShopDomain } from '#app/core/ids.ts'
import { isValidLoyalty, type LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { mayCreateEvents } from '#app/klaviyo/create-event.ts'
import { databaseNow } from '#app/store/clock.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import type { Shop } from '#app/store/shops.ts'
import { findOpenCredential } from '../connection/open-credential.ts'

/**
 * Returns why loyalty activity cannot be saved like this: a metafield that is not sent, or, when it is switched on, a key without the scope
 * for events, which is asked of Klaviyo. Null if it can be saved.
 */
export async function loyaltyRefusal(
  { domain, mapping: { mapping }, loyalty: { choice: before } }: Shop,
  choice: LoyaltyChoice,
): Promise<IntegrationChange | null> {
  if (!isValidLoyalty(choice, mapping)) return { kind: 'invalid', setting: 'loyalty' }
  return choice.on && !before.on ? keyFault(domain) : null
}

/** Why the shop's key cannot record events; null when it can. Makes a call to Klaviyo. */
async function keyFault(shop: ShopDomain): Promise<IntegrationChange | null> {
  const credential = await findOpenCredential(shop, databaseNow)
  if (!credential) return { kind: (await findConnection(shop, autocommit)) ? 'refused' : 'not_connected' }
  const { kind } = await mayCreateEvents(credential.access)
  switch (kind) {
    case 'may':
      return null
    case 'scope_missing':
      return { kind: 'events_scope_missing' }
    case 'unauthorized':
      return { kind: 'refused' }
    case 'throttled':
    case 'unavailable':
    case 'outdated':
    case 'misconfigured':
      return { kind: 'klaviyo_unavailable' }
  }
}
