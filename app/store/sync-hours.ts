import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, type Sql, sql } from './database.ts'

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
}

/** Adds to a shop's counts for the current hour. Does nothing for an unknown shop. */
export async function addToHour(shop: ShopDomain, counts: HourCounts, now: Date, on: Sql): Promise<void> {
  const {
    unreadable = 0,
    read = 0,
    pushed = 0,
    unchanged = 0,
    excluded = 0,
    issues = 0,
    calls = 0,
    throttled = 0,
  } = counts
  await execute(
    sql`insert into sync_hour as h (shop, hour, unreadable, read, pushed, unchanged, excluded, issues, calls, throttled)
        select domain, date_trunc('hour', ${now}::timestamptz), ${unreadable}::int, ${read}::int, ${pushed}::int, ${unchanged}::int,
          ${excluded}::int, ${issues}::int, ${calls}::int, ${throttled}::int
        from shop where domain = ${shop}
        on conflict (shop, hour) do update set unreadable = h.unreadable + excluded.unreadable, read = h.read + excluded.read,
          pushed = h.pushed + excluded.pushed, unchanged = h.unchanged + excluded.unchanged,
          excluded = h.excluded + excluded.excluded, issues = h.issues + excluded.issues,
          calls = h.calls + excluded.calls, throttled = h.throttled + excluded.throttled`,
    on,
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
