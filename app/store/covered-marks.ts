import { type Heard, isOfChange } from '#app/core/flow/heard.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** What a bulk operation's file answers. */
export interface Covered {
  /** The instant up to which the file is certain to be complete. */
  readonly madeBefore: Date
  readonly customers: readonly { readonly customerId: CustomerId; readonly updatedAt: Date }[]
  /** Returns when a customer who ordered then is to be read again all the same; null if not again. */
  readonly laterRead: ((orderedAt: Date) => Date | null) | null
}

/**
 * Deletes the marks that a bulk operation's file has answered: those made before it was complete, about customers that the file shows at
 * least as new as any webhook reported. Customers that are to be read again because of an order keep theirs, as delivered already. Returns
 * since when the changes of the deleted marks waited, by customer, without those that were delivered before.
 */
export async function clearCoveredMarks(
  shop: ShopDomain,
  covered: Covered,
  on: Sql,
): Promise<ReadonlyMap<CustomerId, Date>> {
  const { madeBefore, customers } = covered
  if (customers.length === 0) return new Map()
  // Sending the ids of a whole chunk is for nothing if the shop has no marks, as at night.
  if ((await rowsOf(sql`select 1 from dirty_customer where shop = ${shop} limit 1`, on)).length === 0) return new Map()
  const kept = await keepForLater(shop, covered, on)
  const deleted = await rowsOf<Pick<rows.dirty_customer, 'customer_id' | 'waiting_since' | 'confirming' | 'heard'>>(
    sql`
    delete from dirty_customer d
    using (
      select m.customer_id, f.updated_at
      from unnest(${customers.map((c) => c.customerId)}::bigint[], ${customers.map((c) => c.updatedAt)}::timestamptz[])
        as f (customer_id, updated_at)
      join dirty_customer m on m.shop = ${shop} and m.customer_id = f.customer_id
      where m.marked_at < ${madeBefore} and m.customer_id <> all (${kept}::bigint[])
      order by m.customer_id for update of m
    ) as f
    where d.shop = ${shop} and d.customer_id = f.customer_id
      and d.marked_at < ${madeBefore} and (d.updated_at is null or d.updated_at <= f.updated_at)
    returning d.customer_id, d.waiting_since, d.confirming, d.heard`,
    on,
  )
  const waited = deleted.filter((row) => !row.confirming && isOfChange(row.heard as Heard | null))
  return new Map(waited.map((row) => [row.customer_id as CustomerId, row.waiting_since]))
}

/** Makes covered marks wait for the read that their customer's order asks for. Returns these customers. */
async function keepForLater(
  shop: ShopDomain,
  { madeBefore, customers, laterRead }: Covered,
  on: Sql,
): Promise<CustomerId[]> {
  if (!laterRead) return []
  const ordered = await rowsOf<Pick<rows.dirty_customer, 'customer_id' | 'ordered_at'>>(
    sql`
    select d.customer_id, d.ordered_at
    from unnest(${customers.map((c) => c.customerId)}::bigint[], ${customers.map((c) => c.updatedAt)}::timestamptz[])
      as f (customer_id, updated_at)
    join dirty_customer d on d.shop = ${shop} and d.customer_id = f.customer_id
    where d.marked_at < ${madeBefore} and (d.updated_at is null or d.updated_at <= f.updated_at) and d.ordered_at is not null
    order by d.customer_id for update of d`,
    on,
  )
  const kept = ordered.flatMap(({ customer_id, ordered_at }) => {
    const at = laterRead(ordered_at!)
    return at ? [{ customerId: customer_id as CustomerId, at }] : []
  })
  if (kept.length > 0) {
    await execute(
      sql`
      update dirty_customer d set confirming = true, attempt = 0, not_before = k.at
      from unnest(${kept.map((k) => k.customerId)}::bigint[], ${kept.map((k) => k.at)}::timestamptz[]) as k (customer_id, at)
      where d.shop = ${shop} and d.customer_id = k.customer_id`,
      on,
    )
  }
  return kept.map(({ customerId }) => customerId)
}
