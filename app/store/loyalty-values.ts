import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { LoyaltyKind, LoyaltyValues } from '#app/core/profile/loyalty.ts'
import type { PropertyItem } from '#app/core/profile/profile.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { forgetRequests } from './outbox.ts'

/** What is stored of a customer's loyalty values. */
export interface KnownLoyalty {
  /** The values as they were last delivered. */
  readonly values: LoyaltyValues
  /** A full run was to deliver the next values: the change triggers no flow, whichever run or drain delivers it. */
  readonly backfill: boolean
}

export interface CustomerLoyalty {
  readonly customerId: CustomerId
  readonly values: LoyaltyValues
}

/** Whether the loyalty settings are still those saved at `changedAt`; if so, they stay so until the transaction ends. */
export async function holdLoyalty(shop: ShopDomain, changedAt: Date | null, on: Sql): Promise<boolean> {
  const rows = await rowsOf(
    sql`select 1 from shop where domain = ${shop} and (loyalty->>'on')::boolean
          and loyalty_changed_at is not distinct from ${changedAt}::timestamptz for share`,
    on,
  )
  return rows.length > 0
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
      text: `select customer_id, points, tier, backfill from loyalty_value
        where shop = $1 and customer_id = any($2::bigint[])`,
      values: [shop, customerIds],
    },
    on,
  )
  return new Map(
    rows.map(({ customer_id, points, tier, backfill }) => [
      customer_id as CustomerId,
      { values: { points, tier }, backfill },
    ]),
  )
}

/** Stores the values that were delivered. */
export async function saveLoyaltyValues(shop: ShopDomain, rows: readonly CustomerLoyalty[], on: Sql): Promise<void> {
  if (rows.length === 0) return
  await execute(
    {
      name: 'save_loyalty_values',
      text: `
        insert into loyalty_value as v (shop, customer_id, points, tier)
        select $1, r.customer_id, r.points::jsonb, r.tier::jsonb
        from unnest($2::bigint[], $3::text[], $4::text[]) as r (customer_id, points, tier) order by r.customer_id
        on conflict (shop, customer_id) do update set points = excluded.points, tier = excluded.tier, backfill = false`,
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
        insert into loyalty_value as v (shop, customer_id, sent_points, sent_tier, request, backfill)
        select $1, r.customer_id, r.points::jsonb, r.tier::jsonb, $5::uuid, $6
        from unnest($2::bigint[], $3::text[], $4::text[]) as r (customer_id, points, tier)
          join profile p on p.shop = $1 and p.customer_id = r.customer_id and p.request = $5::uuid
        order by r.customer_id
        on conflict (shop, customer_id) do update set sent_points = excluded.sent_points, sent_tier = excluded.sent_tier,
          request = excluded.request, backfill = v.backfill or excluded.backfill`,
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
  const rows = await rowsOf<ValueRow & { sent_points: PropertyItem | null; sent_tier: PropertyItem | null }>(
    sql`select v.customer_id, v.points, v.tier, v.backfill, v.sent_points, v.sent_tier
        from loyalty_value v join profile p on p.shop = v.shop and p.customer_id = v.customer_id and p.request = v.request
        where v.shop = ${shop} and v.request = ${job}::uuid order by v.customer_id for update of v`,
    on,
  )
  return rows.map(({ customer_id, points, tier, backfill, sent_points, sent_tier }) => ({
    customerId: customer_id as CustomerId,
    values: { points: sent_points, tier: sent_tier },
    known: { values: { points, tier }, backfill },
  }))
}

/** Deletes what a job carried: values that it did not deliver were not delivered. */
export async function dropCarriedLoyalty(shop: ShopDomain, job: string, on: Sql): Promise<void> {
  await execute(
    sql`update loyalty_value set sent_points = null, sent_tier = null, request = null
        where shop = ${shop} and request = ${job}::uuid`,
    on,
  )
}

/**
 * Removes the values from a job that Klaviyo did not accept. The next push of these customers decides again whether the change triggers
 * flows.
 */
export async function withdrawCarriedLoyalty(shop: ShopDomain, job: string, on: Sql): Promise<void> {
  await execute(sql`update loyalty_value set backfill = false where shop = ${shop} and request = ${job}::uuid`, on)
}

/** Forgets the stored and outstanding values of these kinds, because they were read in another way than the next ones. */
export async function forgetLoyaltyKinds(shop: ShopDomain, kinds: readonly LoyaltyKind[], on: Sql): Promise<void> {
  if (kinds.length === 0) return
  const [points, tier] = [kinds.includes('points'), kinds.includes('tier')]
  await execute(
    sql`update loyalty_value set points = case when ${points} then null else points end, tier = case when ${tier} then null else tier end,
          sent_points = case when ${points} then null else sent_points end, sent_tier = case when ${tier} then null else sent_tier end
        where shop = ${shop}`,
    on,
  )
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

type ValueRow = Pick<rows.loyalty_value, 'customer_id' | 'backfill'> & {
  points: PropertyItem | null
  tier: PropertyItem | null
}

function columnsOf(rows: readonly CustomerLoyalty[]): unknown[] {
  const jsonOf = (value: PropertyItem | null) => (value === null ? null : JSON.stringify(value))
  return [
    rows.map((row) => row.customerId),
    rows.map((row) => jsonOf(row.values.points)),
    rows.map((row) => jsonOf(row.values.tier)),
  ]
}
