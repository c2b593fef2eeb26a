import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, rowsOf, sql } from './database.ts'

const MOST_OLDEST = 1_000

/** How long changes have waited; each is null if none does. Of very many, the thousand that are ready first are looked at. */
export interface OldestMarks {
  /** Since when the oldest change has waited, whatever it waits for. */
  readonly waitingSince: Date | null
  /** Since when the oldest one has that could be sent now. */
  readonly dueSince: Date | null
  /** Since when one could be sent that no process has taken. */
  readonly untakenSince: Date | null
}

/**
 * Returns the oldest marks, without those that are only read once more. With `markedSince`, marks from before are not due. A mark is
 * not due either while an import contains its customer, or while a merge of the customer's profiles is unfinished.
 */
export async function findOldestMarks(
  shop: ShopDomain,
  { markedSince, now }: { markedSince: Date | null; now: Date },
): Promise<OldestMarks> {
  const [row] = await rowsOf<{ waiting_since: Date | null; due_since: Date | null; untaken_since: Date | null }>(
    sql`
    select min(d.waiting_since) as waiting_since, min(d.waiting_since) filter (where due) as due_since,
      min(greatest(d.not_before, d.leased_until)) filter (where due and (d.leased_until is null or d.leased_until <= ${now})) as untaken_since
    from (
      select waiting_since, not_before, leased_until,
        not_before <= ${now} and (${markedSince}::timestamptz is null or marked_at >= ${markedSince})
          and customer_id <> all (array(
            select unnest(o.holds) from outbox o where o.shop = ${shop} and o.kind = 'merge'))
          and not exists (
            select 1 from profile p where p.shop = ${shop} and p.customer_id = m.customer_id
              and p.request = any (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import')))) as due
      from dirty_customer m where shop = ${shop} and not confirming order by not_before limit ${MOST_OLDEST}) as d`,
    autocommit,
  )
  return {
    waitingSince: row?.waiting_since ?? null,
    dueSince: row?.due_since ?? null,
    untakenSince: row?.untaken_since ?? null,
  }
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
