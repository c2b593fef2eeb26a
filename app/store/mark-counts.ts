import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, rowsOf, sql } from './database.ts'

/**
 * Counts customers with a mark, looking at no more than `upTo` marks. `all` leaves out customers whose row counts as pending already (in an
 * import, or never delivered); of these, it also returns how many are otherwise in sync, and how many have no row.
 */
export async function countWaitingMarks(
  shop: ShopDomain,
  { upTo }: { upTo: number },
): Promise<{ all: number; synced: number; unknown: number }> {
  const [row] = await rowsOf<{ all: number; synced: number; unknown: number }>(
    sql`
    select
      (count(*) filter (where p.state is null or (not p.sending and p.state <> 'pending')))::int as "all",
      (count(*) filter (where p.state = 'synced' and not p.sending))::int as synced,
      (count(*) filter (where p.state is null or p.state = 'gone'))::int as unknown
    from (select customer_id from dirty_customer where shop = ${shop} and not confirming limit ${upTo}) as d
    left join (
      select customer_id, state, coalesce(request = any (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))), false) as sending
      from profile where shop = ${shop}) as p on p.customer_id = d.customer_id`,
    autocommit,
  )
  return row ?? { all: 0, synced: 0, unknown: 0 }
}

/** Counts the marks that are ready, up to `upTo`. Customers in an import job are left out. */
export async function countReadyMarks(shop: ShopDomain, { upTo, now }: { upTo: number; now: Date }): Promise<number> {
  const [row] = await rowsOf<{ marks: number }>(
    sql`
    select count(*)::int as marks from (
      select 1 from dirty_customer d
      where d.shop = ${shop} and not d.confirming and d.not_before <= ${now}
        and not exists (
          select 1 from profile p
          where p.shop = d.shop and p.customer_id = d.customer_id
            and p.request = any (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))))
      limit ${upTo}) as counted`,
    autocommit,
  )
  return row?.marks ?? 0
}

/**
 * Returns the backlog for a catch-up run: since when the oldest mark waits, and how many marks came without an updated_at. Null if nothing
 * waits.
 */
export async function findBacklog(shop: ShopDomain): Promise<{ oldest: Date; undated: number } | null> {
  const [row] = await rowsOf<{ oldest: Date | null; undated: number }>(
    sql`
    select least(min(updated_at), min(waiting_since)) as oldest, (count(*) filter (where updated_at is null))::int as undated
    from dirty_customer where shop = ${shop}`,
    autocommit,
  )
  return row?.oldest ? { oldest: row.oldest, undated: row.undated } : null
}

/**
 * Returns when the first mark is ready, or was. Returns null if there is none, or if the first is a retry. Marks that are only read once
 * more to confirm are left out.
 */
export async function findFirstReady(shop: ShopDomain): Promise<Date | null> {
  const [row] = await rowsOf<{ at: Date; attempt: number }>(
    sql`
    select not_before as at, attempt from dirty_customer where shop = ${shop} and not confirming order by not_before limit 1`,
    autocommit,
  )
  return row?.attempt === 0 ? row.at : null
}
