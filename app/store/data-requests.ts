import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { DataRequestView, HeldAboutCustomer, HeldLoyalty } from '#app/core/report/data-request-view.ts'
import { autocommit, execute, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** Records a customer's data request together with what is stored about the customer at that moment. A repeat changes nothing. */
export async function saveDataRequest(
  shop: ShopDomain,
  request: { requestId: string; customerId: CustomerId },
  now: Date,
): Promise<void> {
  await execute(
    sql`
    insert into data_request (shop, request_id, customer_id, requested_at, held)
    select ${shop}, ${request.requestId}, ${request.customerId}::bigint, ${now}, (
      select jsonb_build_object('state', p.state, 'fieldNames', coalesce(to_jsonb(f.names), '[]'::jsonb),
        'klaviyoProfileId', p.klaviyo_id, 'lastSyncedAt', p.synced_at, 'loyalty', (
          select jsonb_build_object('values', v.delivered || coalesce(v.sent, '{}'), 'tierSince', coalesce(v.sent_tier_since, v.tier_since),
            'changedAt', coalesce(v.sent_changed_at, v.changed_at), 'eventsWaiting', (
            select count(*) from outbox e where e.shop = ${shop} and e.kind = 'event' and e.subject = v.customer_id::text))
          from loyalty_value v where v.shop = ${shop} and v.customer_id = p.customer_id))
      from profile p left join field_set f on f.shop = p.shop and f.id = p.field_set
      where p.shop = ${shop} and p.customer_id = ${request.customerId}::bigint)
    from shop where domain = ${shop}
    on conflict do nothing`,
    autocommit,
  )
}

/** Returns the shop's data requests, newest first, at most 200. */
export async function findDataRequests(shop: ShopDomain): Promise<DataRequestView[]> {
  const found = await rowsOf<rows.data_request>(
    sql`
    select request_id, customer_id, requested_at, held from data_request where shop = ${shop} order by requested_at desc limit 200`,
    autocommit,
  )
  return found.map((row) => {
    const held = row.held as (Omit<HeldAboutCustomer, 'loyalty'> & { loyalty?: StoredLoyalty | null }) | null
    return {
      requestId: row.request_id,
      customerId: row.customer_id,
      requestedAt: row.requested_at.toISOString(),
      held: held && { ...held, loyalty: held.loyalty ? toHeldLoyalty(held.loyalty) : null }, // older requests lack it
    }
  })
}

/** Requests that came while only points and tier were stored hold these two. */
type StoredLoyalty =
  | HeldLoyalty
  | (Pick<HeldLoyalty['values'], 'points' | 'tier'> &
      Pick<HeldLoyalty, 'eventsWaiting'> & { readonly values?: undefined })

function toHeldLoyalty(stored: StoredLoyalty): HeldLoyalty {
  if (stored.values !== undefined) return stored
  const { eventsWaiting, ...values } = stored
  return { values, tierSince: null, changedAt: null, eventsWaiting }
}
