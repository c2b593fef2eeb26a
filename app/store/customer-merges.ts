import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'

/** Two customers that became one in Shopify. */
export interface CustomerMerge {
  readonly goneId: CustomerId
  readonly keptId: CustomerId
  /** When Klaviyo took the merge; null until then. */
  readonly askedAt: Date | null
  readonly attempt: number
}

/** Notes that one customer went up in another. An unknown or uninstalled shop keeps nothing. */
export async function saveCustomerMerge(
  shop: ShopDomain,
  merge: { goneId: CustomerId; keptId: CustomerId },
  now: Date,
): Promise<void> {
  await execute(sql`
    insert into customer_merge (shop, gone_id, kept_id, not_before)
    select domain, ${merge.goneId}::bigint, ${merge.keptId}::bigint, ${now} from shop where domain = ${shop} and uninstalled_at is null
    on conflict do nothing`)
}

/** Merges that are to be looked at now, the oldest first. */
export async function listDueMerges(shop: ShopDomain, now: Date): Promise<CustomerMerge[]> {
  const rows = await rowsOf<{ gone_id: string; kept_id: string; asked_at: Date | null; attempt: number }>(sql`
    select gone_id, kept_id, asked_at, attempt from customer_merge
    where shop = ${shop} and not_before <= ${now} order by not_before limit 20`)
  return rows.map((row) => ({
    goneId: row.gone_id as CustomerId,
    keptId: row.kept_id as CustomerId,
    askedAt: row.asked_at,
    attempt: row.attempt,
  }))
}

export async function deferMerge(
  shop: ShopDomain,
  goneId: CustomerId,
  next: { attempt: number; notBefore: Date },
): Promise<void> {
  await execute(sql`
    update customer_merge set attempt = ${next.attempt}, not_before = ${next.notBefore}
    where shop = ${shop} and gone_id = ${goneId}::bigint`)
}

/**
 * Klaviyo is about to be asked: whatever becomes of the answer, the kept customer's profile may carry from here on what either of
 * them was delivered, and is pushed whatever they look like.
 */
export async function saveIntendedMerge(
  shop: ShopDomain,
  { keptId, fieldSet }: { keptId: CustomerId; fieldSet: number },
): Promise<void> {
  await execute(sql`
    update profile set hash = null, field_set = ${fieldSet} where shop = ${shop} and customer_id = ${keptId}::bigint`)
}

/** Klaviyo took the merge. Both customers wait until `until`: it merges a little later. */
export async function saveMergeAsked(
  shop: ShopDomain,
  merge: { goneId: CustomerId; now: Date; until: Date },
  on: Sql,
): Promise<void> {
  await markGone(shop, merge.goneId, merge.now, on)
  await execute(
    sql`update customer_merge set asked_at = ${merge.now}, not_before = ${merge.until}
        where shop = ${shop} and gone_id = ${merge.goneId}::bigint`,
    on,
  )
}

/** The kept customer has no profile of their own in Klaviyo: the other's becomes theirs, with what it may carry. */
export async function inheritProfile(
  shop: ShopDomain,
  merge: { goneId: CustomerId; keptId: CustomerId; klaviyoId: string; fieldSet: number; now: Date },
  on: Sql,
): Promise<void> {
  await execute(
    sql`insert into profile as p (shop, customer_id, state, read_at, klaviyo_id, field_set)
        select ${shop}, ${merge.keptId}::bigint, 'pending', ${merge.now}, ${merge.klaviyoId}, ${merge.fieldSet}
        where not exists (select 1 from tombstone t where t.shop = ${shop} and t.customer_id = ${merge.keptId}::bigint)
        on conflict (shop, customer_id) do update set klaviyo_id = excluded.klaviyo_id, field_set = excluded.field_set, hash = null`,
    on,
  )
  await markGone(shop, merge.goneId, merge.now, on)
}

/** Whoever went is known to have gone: a file that shows them from before must not bring them back into the profile that is another's now. */
async function markGone(shop: ShopDomain, customerId: CustomerId, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update profile set klaviyo_id = null, state = 'gone', code = null, words = null, read_at = greatest(read_at, ${now})
        where shop = ${shop} and customer_id = ${customerId}::bigint`,
    on,
  )
}

/** The two are one, or cannot become one. */
export async function deleteMerge(shop: ShopDomain, goneId: CustomerId, on?: Sql): Promise<void> {
  await execute(sql`delete from customer_merge where shop = ${shop} and gone_id = ${goneId}::bigint`, on)
}

/** Whether a merge waits for Klaviyo ids that are still to be learnt. */
export async function hasSettledImports(shop: ShopDomain): Promise<boolean> {
  const rows = await rowsOf(sql`select 1 from settled_import where shop = ${shop} limit 1`)
  return rows.length > 0
}
