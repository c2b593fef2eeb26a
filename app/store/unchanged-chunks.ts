import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { execute, type Sql, sql } from './database.ts'

// A run writes nothing to the rows of customers that it finds as they were sent. At its end it has to know which customers it did not come
// across; so one row per chunk holds the ids of those it found unchanged.

/** Records which customers of a chunk were found unchanged. `chunk` is where it begins; saving it again replaces it. */
export async function saveUnchanged(
  shop: ShopDomain,
  { run, chunk, customers }: { run: string; chunk: number; customers: readonly CustomerId[] },
  on: Sql,
): Promise<void> {
  if (customers.length === 0) return
  await execute(
    sql`insert into unchanged_chunk (shop, run, chunk, customers)
        values (${shop}, ${run}::uuid, ${chunk}, ${customers}::bigint[])
        on conflict (shop, run, chunk) do update set customers = excluded.customers`,
    on,
  )
}

/**
 * Marks customers that could not be sent and have no mark, because the run that was to send them again has ended.
 */
export async function markPending(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`
    insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
    select p.shop, p.customer_id, ${now}, ${now}, ${now} from profile p
    where p.shop = ${shop} and p.state = 'pending' and p.code is distinct from 'limit'
    order by p.customer_id on conflict do nothing`,
    on,
  )
}

/** Deletes what was recorded for the shop's run, because it has ended or begins again. A shop has one open run at most. */
export async function deleteUnchanged(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`delete from unchanged_chunk where shop = ${shop}`, on)
}

/**
 * Marks every customer with a profile row that a finished run did not come across. Reading them again shows whether they are deleted.
 * `askedAt` is when the run asked for the customers. Returns how many.
 */
export async function markMissingFromRun(
  shop: ShopDomain,
  { run, askedAt, now }: { run: string; askedAt: Date; now: Date },
  on: Sql,
): Promise<number> {
  return execute(
    sql`
    insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
    select p.shop, p.customer_id, ${now}, ${now}, ${now} from profile p
    where p.shop = ${shop} and p.read_at < ${askedAt} and p.state <> 'gone'
      and (p.request is null or p.request <> all (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))))
      and not exists (
        select 1 from unchanged_chunk u cross join lateral unnest(u.customers) as c (customer_id)
        where u.shop = p.shop and u.run = ${run}::uuid and c.customer_id = p.customer_id)
    order by p.customer_id on conflict do nothing`,
    on,
  )
}
