import { isTold } from '#app/core/alert/channel.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import { missingScopes } from '#app/core/report/missing-scopes.ts'
import { initialChoices } from '#app/core/settings/settings.ts'
import { EVENTS_SCOPE, SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { listChannels } from '#app/store/alert-channels.ts'
import { findConnection, isAccountShared } from '#app/store/connections.ts'
import { findCustomerSums } from '#app/store/customer-sums.ts'
import { autocommit } from '#app/store/database.ts'
import { choicesOf } from '#app/store/settings.ts'
import { findShop } from '#app/store/shops.ts'
import { cardConnection, cardIntegration, MOST_PENDING_COUNTED, pendingOf } from './load-sync-card.ts'

/** What the Settings page shows: the connection, without the key, and what is chosen. */
export async function loadConnection(shop: ShopDomain): Promise<ConnectionView> {
  const [known, connection, accountIsShared, channels] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    isAccountShared(shop),
    listChannels(shop, autocommit),
  ])
  // Counted only where it is shown.
  const waiting = connection?.refusedAt ? await findCustomerSums(shop, { upTo: MOST_PENDING_COUNTED }) : null
  const choices = known ? choicesOf(known) : initialChoices
  return {
    connection: cardConnection(connection),
    pending: waiting ? pendingOf(waiting) : 0,
    accountIsShared,
    integration: cardIntegration(known),
    timeZone: known?.timeZone ?? 'UTC',
    choices,
    toldBy: channels.filter(isTold).map(({ kind }) => kind),
    eventsRefused: known?.blocked.event !== undefined,
    missingScopes: missingScopes(connection),
    scopesNeeded: choices.loyalty.on ? [...SCOPES_NEEDED, EVENTS_SCOPE] : SCOPES_NEEDED,
  }
}
