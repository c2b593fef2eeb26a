import { DELIVERY_BUCKETS } from '#app/core/flow/delivery-times.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** The counts of one hour, without webhooks. */
export interface HourCounts {
  readonly unreadable?: number
  readonly read?: number
  readonly pushed?: number
  readonly unchanged?: number
  readonly excluded?: number
  readonly issues?: number
  /** Requests to Klaviyo. */
  readonly calls?: number
  /** Of these, refused with 429. */
  readonly throttled?: number
  /** Profiles that a run sent, and customers in which it found an issue. */
  readonly runPushed?: number
  readonly runIssues?: number
  /** Changes by how long they took: a number for each bucket, or none (core/flow/delivery-times.ts). */
  readonly deliveryTimes?: readonly number[]
}

const COUNTS = {
  unreadable: 'unreadable',
  read: 'read',
  pushed: 'pushed',
  unchanged: 'unchanged',
  excluded: 'excluded',
  issues: 'issues',
  calls: 'calls',
  throttled: 'throttled',
  runPushed: 'run_pushed',
  runIssues: 'run_issues',
} as const
const names = Object.keys(COUNTS) as (keyof typeof COUNTS)[]
const columns = Object.values(COUNTS)
const buckets = Array.from({ length: DELIVERY_BUCKETS }, (_, i) => i + 1)

/** Prepared, because it is long and the same every time. Buckets are added one by one: Citus takes no subquery there. */
const ADD_TO_HOUR = {
  name: 'add_to_hour',
  text: `
    insert into sync_hour as h (shop, hour, delivery_times, ${columns.join(', ')})
    select domain, date_trunc('hour', $2::timestamptz), $3::int[], ${columns.map((_, i) => `$${i + 4}::int`).join(', ')}
    from shop where domain = $1
    on conflict (shop, hour) do update set ${columns.map((column) => `${column} = h.${column} + excluded.${column}`).join(', ')},
      delivery_times = case when cardinality(excluded.delivery_times) = 0 then h.delivery_times else array[${buckets
        .map((i) => `coalesce(h.delivery_times[${i}], 0) + coalesce(excluded.delivery_times[${i}], 0)`)
        .join(', ')}] end`,
}

/** Adds to a shop's counts for the current hour. Does nothing for an unknown shop. */
export async function addToHour(shop: ShopDomain, counts: HourCounts, now: Date, on: Sql): Promise<void> {
  const amounts = names.map((name) => counts[name] ?? 0)
  await execute({ ...ADD_TO_HOUR, values: [shop, now, counts.deliveryTimes ?? [], ...amounts] }, on)
}

/** Returns the changes by how long they took, hour by hour, of the hours that began since an instant. */
export async function listDeliveryTimes(shop: ShopDomain, since: Date): Promise<number[][]> {
  const found = await rowsOf<Pick<rows.sync_hour, 'delivery_times'>>(
    sql`select delivery_times from sync_hour where shop = ${shop} and hour >= ${since}`,
    autocommit,
  )
  return found.map((row) => row.delivery_times)
}

/** What was heard and done in one hour. */
export interface HourSums {
  readonly hour: Date
  /** Changes that Shopify reported. */
  readonly changes: number
  /** Profiles that were sent, for changes and by runs, each time that one was. */
  readonly synced: number
  readonly issues: number
}

/** Returns the hours that began since an instant and in which anything happened, oldest first. */
export async function listHourSums(shop: ShopDomain, since: Date): Promise<HourSums[]> {
  return rowsOf<HourSums>(
    sql`
    select hour, webhooks as changes, greatest(0, pushed + run_pushed) as synced, greatest(0, issues + run_issues) as issues
    from sync_hour where shop = ${shop} and hour >= ${since} order by hour`,
    autocommit,
  )
}

/** Adds webhooks to the current hour of each shop they came from. */
export async function addWebhooksToHour(webhooks: ReadonlyMap<ShopDomain, number>, now: Date): Promise<void> {
  await execute(
    sql`
    insert into sync_hour as h (shop, hour, webhooks)
    select s.domain, date_trunc('hour', ${now}::timestamptz), w.webhooks
    from unnest(${[...webhooks.keys()]}::text[], ${[...webhooks.values()]}::int[]) as w (shop, webhooks)
    join shop s on s.domain = w.shop and s.uninstalled_at is null
    order by s.domain
    on conflict (shop, hour) do update set webhooks = h.webhooks + excluded.webhooks`,
    autocommit,
  )
}
