import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { KnownLoyalty, LoyaltyTimes, TimedValues } from '#app/core/profile/loyalty-times.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { forgetRequests } from './outbox.ts'

/** A customer's loyalty values, and the times that are sent with them. */
export interface CustomerLoyalty extends TimedValues {
  readonly customerId: CustomerId
}

/**
 * Returns what is stored of these customers; a customer of which nothing is stored is not in the map. While the shop's profiles are locked
 * (`lockProfiles`), it stays so.
 */
export async function findKnownLoyalty(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<Map<CustomerId, KnownLoyalty>> {
  const rows = await rowsOf<ValueRow>(
    {
      name: 'find_known_loyalty',
      text: `select customer_id, delivered, tier_since, changed_at, backfill, sent, sent_tier_since, sent_changed_at from loyalty_value
        where shop = $1 and customer_id = any($2::bigint[])`,
      values: [shop, customerIds],
    },
    on,
  )
  return new Map(rows.map((row) => [row.customer_id as CustomerId, toKnown(row)]))
}

/** Stores the values that were delivered. What was known of values with other meanings stays. */
export async function saveLoyaltyValues(shop: ShopDomain, rows: readonly CustomerLoyalty[], on: Sql): Promise<void> {
  if (rows.length === 0) return
  await execute(
    {
      name: 'save_loyalty_values',
      text: `
        insert into loyalty_value as v (shop, customer_id, delivered, tier_since, changed_at)
        select $1, r.customer_id, r.delivered::jsonb, r.tier_since, r.changed_at
        from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[]) as r (customer_id, delivered, tier_since, changed_at)
        order by r.customer_id
        on conflict (shop, customer_id) do update set delivered = v.delivered || excluded.delivered, tier_since = excluded.tier_since,
          changed_at = excluded.changed_at, sent = null, sent_tier_since = null, sent_changed_at = null, backfill = false`,
      values: [shop, ...columnsOf(rows)],
    },
    on,
  )
}

/**
 * Records which values are about to be sent one by one, of customers of which values were delivered before: if the answer is lost, the
 * repetition is sent with the same times.
 */
export async function saveIntendedLoyalty(shop: ShopDomain, rows: readonly CustomerLoyalty[], on: Sql): Promise<void> {
  if (rows.length === 0) return
  await execute(
    {
      name: 'save_intended_loyalty',
      text: `
        update loyalty_value v set sent = r.sent::jsonb, sent_tier_since = r.tier_since, sent_changed_at = r.changed_at, request = null
        from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[]) as r (customer_id, sent, tier_since, changed_at)
        where v.shop = $1 and v.customer_id = r.customer_id`,
      values: [shop, ...columnsOf(rows)],
    },
    on,
  )
}

/** Records that a full run was to deliver these customers, and that a drain will deliver them instead. */
export async function saveLoyaltyBackfill(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<void> {
  if (customerIds.length === 0) return
  await execute(
    sql`update loyalty_value set backfill = true where shop = ${shop} and customer_id = any(${customerIds}::bigint[])`,
    on,
  )
}

/** Records which values an import is to carry; `backfill` says that it is a full run's import. */
export async function saveCarriedLoyalty(
  shop: ShopDomain,
  { job, backfill, rows }: { job: string; backfill: boolean; rows: readonly CustomerLoyalty[] },
  on: Sql,
): Promise<void> {
  await execute(
    {
      name: 'save_carried_loyalty',
      text: `
        insert into loyalty_value as v (shop, customer_id, sent, sent_tier_since, sent_changed_at, request, backfill)
        select $1, r.customer_id, r.sent::jsonb, r.tier_since, r.changed_at, $6::uuid, $7
        from unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[]) as r (customer_id, sent, tier_since, changed_at)
          join profile p on p.shop = $1 and p.customer_id = r.customer_id and p.request = $6::uuid
        order by r.customer_id
        on conflict (shop, customer_id) do update set sent = excluded.sent, sent_tier_since = excluded.sent_tier_since,
          sent_changed_at = excluded.sent_changed_at, request = excluded.request, backfill = v.backfill or excluded.backfill`,
      values: [shop, ...columnsOf(rows), job, backfill],
    },
    on,
  )
}

/** Returns the values that a job carries of the customers it still holds, and what was stored of them before. */
export async function listCarriedLoyalty(
  shop: ShopDomain,
  job: string,
  on: Sql,
): Promise<(CustomerLoyalty & { readonly known: KnownLoyalty })[]> {
  const rows = await rowsOf<ValueRow>(
    sql`select v.customer_id, v.delivered, v.tier_since, v.changed_at, v.backfill, v.sent, v.sent_tier_since, v.sent_changed_at
        from loyalty_value v join profile p on p.shop = v.shop and p.customer_id = v.customer_id and p.request = v.request
        where v.shop = ${shop} and v.request = ${job}::uuid and v.sent is not null order by v.customer_id for update of v`,
    on,
  )
  return rows.map((row) => {
    const known = toKnown(row)
    return { customerId: row.customer_id as CustomerId, ...known.sent!, known }
  })
}

/** Deletes what a job carried: values that it did not deliver were not delivered. */
export async function dropCarriedLoyalty(shop: ShopDomain, job: string, on: Sql): Promise<void> {
  await execute(
    sql`update loyalty_value set sent = null, sent_tier_since = null, sent_changed_at = null, request = null
        where shop = ${shop} and request = ${job}::uuid`,
    on,
  )
}

/** Takes the values out of a job of which it is unknown what it applied. They stay what may have been delivered. */
export async function releaseCarriedLoyalty(shop: ShopDomain, job: string, on: Sql): Promise<void> {
  await execute(sql`update loyalty_value set request = null where shop = ${shop} and request = ${job}::uuid`, on)
}

/**
 * Removes the values from a job that Klaviyo did not accept. The next push of these customers decides again whether the change triggers
 * flows.
 */
export async function withdrawCarriedLoyalty(shop: ShopDomain, job: string, on: Sql): Promise<void> {
  await execute(sql`update loyalty_value set backfill = false where shop = ${shop} and request = ${job}::uuid`, on)
}

/** Forgets the delivered and outstanding values with these meanings, because they were read in another way than the next ones. */
export async function forgetLoyaltyKinds(shop: ShopDomain, kinds: readonly Meaning[], on: Sql): Promise<void> {
  if (kinds.length === 0) return
  await execute(
    sql`update loyalty_value set delivered = delivered - ${kinds}::text[], sent = sent - ${kinds}::text[] where shop = ${shop}`,
    on,
  )
}

/** Deletes the events about values with these meanings that were not sent. */
export async function forgetLoyaltyEvents(shop: ShopDomain, kinds: readonly Meaning[], on: Sql): Promise<void> {
  if (kinds.length === 0) return
  await execute(
    sql`delete from outbox where shop = ${shop} and kind = 'event' and payload->>'metric' = any(${kinds}::text[])`,
    on,
  )
}

/** Deletes all loyalty values of a shop, and the events that were not sent. */
export async function forgetLoyalty(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`delete from loyalty_value where shop = ${shop}`, on)
  await forgetRequests(shop, ['event'], on)
}

/** Deletes the loyalty values of some customers, and their events that were not sent. */
export async function forgetLoyaltyOf(shop: ShopDomain, customerIds: readonly CustomerId[], on: Sql): Promise<void> {
  if (customerIds.length === 0) return
  await execute(sql`delete from loyalty_value where shop = ${shop} and customer_id = any(${customerIds}::bigint[])`, on)
  await forgetRequests(shop, ['event'], on, customerIds)
}

type ValueRow = Pick<
  rows.loyalty_value,
  'customer_id' | 'backfill' | 'tier_since' | 'changed_at' | 'sent_tier_since' | 'sent_changed_at'
> & { delivered: TimedValues['values']; sent: TimedValues['values'] | null }

function toKnown(row: ValueRow): KnownLoyalty {
  const times = (tierSince: Date | null, changedAt: Date | null): LoyaltyTimes => ({ tierSince, changedAt })
  return {
    delivered: { values: row.delivered, times: times(row.tier_since, row.changed_at) },
    sent: row.sent && { values: row.sent, times: times(row.sent_tier_since, row.sent_changed_at) },
    backfill: row.backfill,
  }
}

function columnsOf(rows: readonly CustomerLoyalty[]): unknown[] {
  return [
    rows.map((row) => row.customerId),
    rows.map((row) => JSON.stringify(row.values)),
    rows.map((row) => row.times.tierSince),
    rows.map((row) => row.times.changedAt),
  ]
}
