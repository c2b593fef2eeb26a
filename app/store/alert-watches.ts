import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A shop with alerts is looked at so often, in milliseconds. */
const CHECKED_EVERY_MS = 60_000

/** Has the shop's alerts looked at from now on if it has a channel, or a workflow that starts when syncing stops; no more if it has neither. */
export async function watchIfTold(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`
    delete from alert_watch where shop = ${shop} and not exists (select 1 from alert_channel c where c.shop = ${shop})
      and not exists (select 1 from flow_trigger f where f.shop = ${shop} and f.trigger = 'sync_stopped' and f.used)`,
    on,
  )
  await execute(
    sql`
    insert into alert_watch (shop, check_at) select domain, ${now}::timestamptz from shop
    where domain = ${shop} and (exists (select 1 from alert_channel c where c.shop = ${shop})
      or exists (select 1 from flow_trigger f where f.shop = ${shop} and f.trigger = 'sync_stopped' and f.used))
    on conflict (shop) do nothing`,
    on,
  )
}

/** Returns shops whose alerts are to be looked at, or that have a message that takeMessage would take, whichever they are; at most `limit`. */
export async function listShopsWithAlertWork(now: Date, limit: number): Promise<ShopDomain[]> {
  const found = await rowsOf<{ shop: ShopDomain }>(
    sql`
    select shop from (
      (select shop, check_at as at from alert_watch where check_at <= ${now} order by check_at limit ${limit})
      union all
      (select m.shop, m.due_at from alert_message m where m.due_at <= ${now} and m.sent_at is null and m.given_up_at is null
        and (m.alert is null or not exists (
          select 1 from alert_message e where e.shop = m.shop and e.alert = m.alert and e.channel = m.channel
            and e.created_at < m.created_at and e.sent_at is null and e.given_up_at is null))
        order by m.due_at limit ${limit})
    ) as due group by shop order by min(at) limit ${limit}`,
    autocommit,
  )
  return found.map(({ shop }) => shop)
}

/** Takes the look at a shop that is due, for one worker. Returns null if none is; otherwise when its next weekly summary is planned. */
export async function takeCheck(shop: ShopDomain, now: Date): Promise<{ weeklyAt: Date | null } | null> {
  const [row] = await rowsOf<Pick<rows.alert_watch, 'weekly_at'>>(
    sql`
    update alert_watch set check_at = ${after(now, CHECKED_EVERY_MS)} where shop = ${shop} and check_at <= ${now} returning weekly_at`,
    autocommit,
  )
  return row ? { weeklyAt: row.weekly_at } : null
}

/** Plans the next weekly summary, if `before` is what is planned; null plans none. Returns whether it was. */
export async function planWeekly(
  shop: ShopDomain,
  { before, next }: { before: Date | null; next: Date | null },
  on: Sql,
): Promise<boolean> {
  const planned = await execute(
    sql`
    update alert_watch set weekly_at = ${next} where shop = ${shop} and weekly_at is not distinct from ${before}::timestamptz`,
    on,
  )
  return planned === 1
}
