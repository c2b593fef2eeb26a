import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { LoyaltyChange, LoyaltyKind } from '#app/core/profile/loyalty.ts'
import type { PropertyItem } from '#app/core/profile/profile.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'

/** A change that is still to be recorded in Klaviyo as an event. */
export interface LoyaltyEvent extends LoyaltyChange {
  /** Klaviyo ignores a repeat under the same id. */
  readonly id: string
  readonly customerId: CustomerId
  /** When the new value was delivered. */
  readonly at: Date
  readonly backfill: boolean
}

/** An event that is due. */
export interface DueLoyaltyEvent extends LoyaltyEvent {
  /** Number of attempts that found no profile or got no usable answer. */
  readonly attempt: number
  /** The profile's id; null while unknown. */
  readonly klaviyoId: string | null
}

/** Stores events, in the order in which they are to be sent. */
export async function saveLoyaltyEvents(shop: ShopDomain, events: readonly LoyaltyEvent[], on: Sql): Promise<void> {
  if (events.length === 0) return
  await execute(
    {
      name: 'save_loyalty_events',
      text: `
        insert into loyalty_event (id, shop, customer_id, metric, old_value, new_value, at, backfill, not_before)
        select e.id, $1, e.customer_id, e.metric, e.old_value::jsonb, e.new_value::jsonb, e.at, e.backfill, e.at
        from unnest($2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::boolean[])
          with ordinality as e (id, customer_id, metric, old_value, new_value, at, backfill, place)
        order by e.place`,
      values: [
        shop,
        events.map((event) => event.id),
        events.map((event) => event.customerId),
        events.map((event) => event.kind),
        events.map((event) => JSON.stringify(event.oldValue)),
        events.map((event) => JSON.stringify(event.newValue)),
        events.map((event) => event.at),
        events.map((event) => event.backfill),
      ],
    },
    on,
  )
}

/**
 * Returns the events to send now: only the oldest of each customer. While the key lacks permission to record events there are none, until
 * it is time to try again.
 */
export async function listDueEvents(shop: ShopDomain, limit: number, now: Date): Promise<DueLoyaltyEvent[]> {
  const rows = await rowsOf<EventRow>(sql`
    select e.id, e.customer_id, e.metric, e.old_value, e.new_value, e.at, e.backfill, e.attempt, p.klaviyo_id
    from loyalty_event e join shop s on s.domain = e.shop
      left join profile p on p.shop = e.shop and p.customer_id = e.customer_id
    where e.shop = ${shop} and e.not_before <= ${now} and (s.loyalty_retry_at is null or s.loyalty_retry_at <= ${now})
      and not exists (
        select 1 from loyalty_event o where o.shop = e.shop and o.customer_id = e.customer_id and o.seq < e.seq)
    order by e.not_before, e.seq limit ${limit}`)
  return rows.map((row) => ({
    id: row.id,
    customerId: row.customer_id as CustomerId,
    kind: row.metric as LoyaltyKind,
    oldValue: row.old_value,
    newValue: row.new_value,
    at: row.at,
    backfill: row.backfill,
    attempt: row.attempt,
    klaviyoId: row.klaviyo_id,
  }))
}

/** Deletes events that Klaviyo has recorded. */
export async function deleteEvents(shop: ShopDomain, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await execute(sql`delete from loyalty_event where shop = ${shop} and id = any(${ids}::uuid[])`)
}

/** Gives up on an event, and counts it. */
export async function dropEvent(shop: ShopDomain, id: string): Promise<void> {
  await execute(sql`
    with dropped as (delete from loyalty_event where shop = ${shop} and id = ${id}::uuid returning shop)
    update shop s set loyalty_dropped = loyalty_dropped + 1 from dropped where s.domain = dropped.shop`)
}

export async function deferEvent(
  shop: ShopDomain,
  id: string,
  next: { attempt: number; notBefore: Date },
): Promise<void> {
  await execute(sql`
    update loyalty_event set attempt = ${next.attempt}, not_before = ${next.notBefore}
    where shop = ${shop} and id = ${id}::uuid`)
}

/** Defers events without using up an attempt. */
export async function postponeEvents(shop: ShopDomain, ids: readonly string[], until: Date): Promise<void> {
  await execute(sql`update loyalty_event set not_before = ${until} where shop = ${shop} and id = any(${ids}::uuid[])`)
}

/** Returns how many events wait to be sent. */
export async function countEvents(shop: ShopDomain): Promise<number> {
  const [row] = await rowsOf<{ events: number }>(
    sql`select count(*)::int as events from loyalty_event where shop = ${shop}`,
  )
  return row?.events ?? 0
}

interface EventRow {
  id: string
  customer_id: string
  metric: string
  old_value: PropertyItem
  new_value: PropertyItem
  at: Date
  backfill: boolean
  attempt: number
  klaviyo_id: string | null
}
