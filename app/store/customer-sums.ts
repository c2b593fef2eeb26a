import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, rowsOf, sql } from './database.ts'
import { type ProfileCountRow, type StoredCount, toProfileCount } from './profile-counts.ts'

/** All customers of a shop at one instant: by the state of their row, and those with a mark. */
export interface CustomerSums {
  readonly counts: readonly ProfileCountRow[]
  readonly marks: WaitingMarks
}

export interface WaitingMarks {
  /** Customers with a mark, except those whose row counts as pending already. */
  readonly all: number
  /** Of these, how many are otherwise in sync, */
  readonly synced: number
  /** and how many have no row. */
  readonly unknown: number
}

/**
 * Counts customers by state, and those with a mark, looking at no more than `upTo` marks. One statement, so that a customer who is being
 * settled meanwhile is counted once. Each mark's row is looked up: Postgres would read all rows of the shop otherwise (offset 0). Leaves out marks whose customer's row counts as pending already (in an import, or never delivered).
 */
export async function findCustomerSums(shop: ShopDomain, { upTo }: { upTo: number }): Promise<CustomerSums> {
  const [row] = await rowsOf<
    { counts: (Omit<StoredCount, 'last_synced_at'> & { last_synced_at: string | null })[] } & WaitingMarks
  >(
    sql`
    select
      (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from profile_count c where c.shop = ${shop}) as counts,
      (count(*) filter (where p.state is null or (not p.sending and p.state <> 'pending')))::int as "all",
      (count(*) filter (where p.state = 'synced' and not p.sending))::int as synced,
      (count(*) filter (where p.state is null or p.state = 'gone'))::int as unknown
    from (select customer_id from dirty_customer where shop = ${shop} and not confirming limit ${upTo}) as d
    left join lateral (
      select state, coalesce(request = any (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))), false) as sending
      from profile where shop = ${shop} and customer_id = d.customer_id offset 0) as p on true`,
    autocommit,
  )
  const { counts, ...marks } = row!
  const dated = counts.map((count) => ({
    ...count,
    last_synced_at: count.last_synced_at === null ? null : new Date(count.last_synced_at),
  }))
  return { counts: dated.map(toProfileCount), marks }
}
