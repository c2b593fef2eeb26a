import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, hasCitus, rowsOf, type Statement, sql } from './database.ts'
import { listNextWork, type NextWork } from './shop-leases.ts'

/** Looking closely at one shop takes some tenths of a millisecond. */
const SHOPS_AT_A_TIME = 50

/**
 * Returns the next work of all shops that have some before `until`, in batches of shops. Shops that may have work are found by indexes
 * alone, whatever the number of idle shops and of marks; only these are looked at closely.
 */
export async function* listOpenWork(now: Date, { until }: { until: Date }): AsyncGenerator<NextWork[]> {
  const otherShops = await listShopsBesideMarks(now)
  for (let i = 0; i < otherShops.length; i += SHOPS_AT_A_TIME)
    yield await listNextWork(otherShops.slice(i, i + SHOPS_AT_A_TIME), now)
  const seen = new Set(otherShops)
  for (let last: ShopDomain | undefined; ; ) {
    const marked = await shopsOf((hasCitus ? markedShopsOnCitus : markedShops)(until, last))
    if (marked.length > 0)
      yield await listNextWork(
        marked.filter((shop) => !seen.has(shop)),
        now,
      )
    last = marked.at(-1)
    if (marked.length < SHOPS_AT_A_TIME) return
  }
}

async function shopsOf(statement: Statement): Promise<ShopDomain[]> {
  const rows = await rowsOf<{ shop: string }>(statement, autocommit)
  return rows.map((row) => row.shop as ShopDomain)
}

/**
 * Returns shops whose first mark is ready before `until`, beginning after `last` in the database's order. It takes one step of the index
 * per shop, however many marks the shop has ("loose index scan").
 */
function markedShops(until: Date, last = '' as ShopDomain): Statement {
  return sql`
    with recursive marked as (
      (select d.shop, d.not_before from dirty_customer d where d.shop > ${last} order by d.shop, d.not_before limit 1)
      union all
      select n.shop, n.not_before from marked m cross join lateral (
        select d.shop, d.not_before from dirty_customer d where d.shop > m.shop order by d.shop, d.not_before limit 1) as n
    )
    select m.shop from marked m where m.not_before <= ${until}
      and (select s.status = 'on' and s.uninstalled_at is null and s.start_at is null from shop s where s.domain = m.shop) limit ${SHOPS_AT_A_TIME}`
}

/** Citus refuses recursion over several servers. Each server looks for a mark of each of its shops. */
function markedShopsOnCitus(until: Date, last = '' as ShopDomain): Statement {
  return sql`
    select s.domain as shop from shop s where s.domain > ${last} and s.status = 'on' and s.uninstalled_at is null and s.start_at is null
      and exists (select 1 from dirty_customer d where d.shop = s.domain and d.not_before <= ${until})
    order by s.domain limit ${SHOPS_AT_A_TIME}`
}

/** Returns shops that may have work other than marks. Each condition must equal that of the index that serves it (migrations due_work, hearing and first_run). */
async function listShopsBesideMarks(now: Date): Promise<ShopDomain[]> {
  const shops = await shopsOf(sql`
    select shop from sync_run where state in ('queued', 'reading', 'delivering')
    union select shop from dry_run where state in ('queued', 'reading')
    union select domain from shop where status = 'turning_off'
    union select domain from shop where status = 'on' and uninstalled_at is null and (nightly_reconcile or future_since is not null)
      and next_reconcile_at <= ${now}
    union select domain from shop where status = 'on' and uninstalled_at is null and (nightly_reconcile or future_since is not null)
      and next_reconcile_at is null
    union select domain from shop where status = 'on' and uninstalled_at is null and hourly_check and filled_at is not null
      and future_since is null and next_hourly_at <= ${now}
    union select domain from shop where status = 'on' and uninstalled_at is null and hourly_check and filled_at is not null
      and future_since is null and next_hourly_at is null
    union select domain from shop where start_at is not null and start_at <= ${now}
    union select shop from reason_retry
    union select shop from flow_trigger_request
    union select shop from segment_sync
    union select shop from segment_list where stopped_at is null and (phase <> 'resting' or not_before <= ${now})
    union select shop from read_back where ended_at is null
    union select domain from shop where comparison_asked_at is not null
    union select domain from shop where identifiers_asked_at is not null
    union select domain from shop where withheld_check_at is not null and withheld_check_at <= ${now}
    union select domain from shop where held_check_at is not null and held_check_at <= ${now}
    union select domain from shop where status = 'on' and uninstalled_at is null and filled_at is null and future_since is null
      and exists (select 1 from connection c where c.shop = domain)`)
  const withMany = await shopsOf(hasCitus ? shopsWithManyOnCitus() : shopsWithMany())
  return [...new Set([...shops, ...withMany])]
}

/** Returns shops with requests or changes of the list, of which a shop may have very many: a step of the index per shop. */
function shopsWithMany(): Statement {
  return sql`
    with recursive outbox_shops as (
      (select o.shop from outbox o order by o.shop limit 1)
      union all
      select n.shop from outbox_shops t cross join lateral (select o.shop from outbox o where o.shop > t.shop order by o.shop limit 1) as n
    ), listed as (
      (select p.shop from profile p where p.list_change in ('join', 'leave') and p.klaviyo_id is not null order by p.shop limit 1)
      union all
      select n.shop from listed l cross join lateral (
        select p.shop from profile p where p.list_change in ('join', 'leave') and p.klaviyo_id is not null and p.shop > l.shop
        order by p.shop limit 1) as n
    )
    select shop from outbox_shops union select shop from listed`
}

function shopsWithManyOnCitus(): Statement {
  return sql`
    select shop from outbox
    union select shop from profile where list_change in ('join', 'leave') and klaviyo_id is not null`
}
