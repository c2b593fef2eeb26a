import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { CustomerRequest, CustomerView } from '#app/core/report/customer-view.ts'
import { type Connection, findConnection } from '#app/store/connections.ts'
import { findCustomerFacts } from '#app/store/customer-facts.ts'
import { autocommit } from '#app/store/database.ts'
import { findDelivery } from '#app/store/deliveries.ts'
import { findKnownLoyalty } from '#app/store/loyalty-values.ts'
import { findListed, type ListedProfile } from '#app/store/profile-lists.ts'
import { findShop, type Shop } from '#app/store/shops.ts'
import { toUnsynced } from './list-unsynced-customers.ts'

/** What is recorded of one customer, whether Lockstep knows it or not. Reads the database only. */
export async function loadCustomer(shop: ShopDomain, customerId: CustomerId): Promise<CustomerView> {
  const [[row = unknownCustomer(customerId)], facts, loyalty, connection, known] = await Promise.all([
    findListed(shop, [customerId]),
    findCustomerFacts(shop, customerId),
    findKnownLoyalty(shop, [customerId], autocommit),
    findConnection(shop, autocommit),
    findShop(shop),
  ])
  const request = facts.delivery === null ? null : await findDelivery(shop, facts.delivery)
  const delivered = loyalty.get(customerId)?.delivered
  const { mark, carried, heard, resolved } = facts
  return {
    customer: toUnsynced(row),
    klaviyoId: row.klaviyoId,
    erased: facts.erased,
    mergedInto: facts.mergedInto,
    readAt: row.readAt?.toISOString() ?? null,
    heard: heard && { how: heard.how, at: heard.at.toISOString() },
    waiting: carried
      ? { for: 'import', since: carried.since.toISOString(), nextAt: carried.checkAt.toISOString(), attempt: 0 }
      : mark && {
          for: 'read',
          since: mark.since.toISOString(),
          nextAt: mark.notBefore.toISOString(),
          attempt: mark.attempt,
        },
    request: request && shownRequest(request),
    loyalty: delivered
      ? {
          values: delivered.values,
          tierSince: delivered.times.tierSince?.toISOString() ?? null,
          changedAt: delivered.times.changedAt?.toISOString() ?? null,
        }
      : null,
    resolved: resolved && { code: resolved.code, at: resolved.at.toISOString() },
    hindrance: hindranceOf(connection, known),
  }
}

function shownRequest({
  id,
  hash,
  klaviyoId,
  at,
  ...request
}: NonNullable<Awaited<ReturnType<typeof findDelivery>>>): CustomerRequest {
  return { ...request, at: at.toISOString() }
}

function hindranceOf(connection: Connection | null, known: Shop | null): CustomerView['hindrance'] {
  if (!connection) return 'not_connected'
  if (connection.refusedAt) return 'refused'
  if (known && known.status !== 'on') return 'off'
  return known?.startAt ? 'not_started' : null
}

/** What is stored of a customer of which nothing is stored. */
export function unknownCustomer(customerId: CustomerId): ListedProfile {
  return {
    customerId,
    state: null,
    code: null,
    words: null,
    klaviyoId: null,
    conflictsWith: null,
    omitted: [],
    since: null,
    readAt: null,
    syncedAt: null,
    waits: false,
  }
}
