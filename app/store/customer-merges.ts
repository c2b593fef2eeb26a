import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { execute, rowsOf, type Sql, sql, transaction } from './database.ts'
import { holdFieldSets } from './field-sets.ts'
import { forgetLoyaltyOf } from './loyalty-values.ts'
import { countingProfiles } from './profile-counts.ts'

/** A merge of two customers in Shopify. */
export interface CustomerMerge {
  readonly goneId: CustomerId
  readonly keptId: CustomerId
  /** When it was decided what becomes of the profiles; null until then. */
  readonly settledAt: Date | null
  /** The profile that Klaviyo was asked to merge into the other; null if it was not asked. */
  readonly sourceId: string | null
  readonly attempt: number
}

/** Records that one customer was merged into another. Does nothing for an unknown or uninstalled shop. */
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

/** Returns the merges that are due now, oldest first, at most 20. */
export async function listDueMerges(shop: ShopDomain, now: Date): Promise<CustomerMerge[]> {
  const rows = await rowsOf<{
    gone_id: string
    kept_id: string
    settled_at: Date | null
    source_id: string | null
    attempt: number
  }>(sql`
    select gone_id, kept_id, settled_at, source_id, attempt from customer_merge
    where shop = ${shop} and not_before <= ${now} order by not_before limit 20`)
  return rows.map((row) => ({
    goneId: row.gone_id as CustomerId,
    keptId: row.kept_id as CustomerId,
    settledAt: row.settled_at,
    sourceId: row.source_id,
    attempt: row.attempt,
  }))
}

/** Returns which of these customers are part of an unfinished merge. */
export async function findMergingCustomers(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
): Promise<Set<CustomerId>> {
  const rows = await rowsOf<{ gone_id: string; kept_id: string }>({
    name: 'find_merging',
    text: `select gone_id, kept_id from customer_merge
      where shop = $1 and (gone_id = any($2::bigint[]) or kept_id = any($2::bigint[]))`,
    values: [shop, customerIds],
  })
  return new Set(rows.flatMap((row) => [row.gone_id as CustomerId, row.kept_id as CustomerId]))
}

/** Whether Shopify reported that this customer was merged into another. */
export async function isMergedAway(shop: ShopDomain, customerId: CustomerId): Promise<boolean> {
  const rows = await rowsOf(sql`select 1 from customer_merge where shop = ${shop} and gone_id = ${customerId}::bigint`)
  return rows.length > 0
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
 * Called before Klaviyo is asked to merge. Records that the kept customer's profile may from now on hold the fields delivered to either of
 * them, and clears its hash so that it is pushed again. If `klaviyoId` is given and the kept customer has no profile yet, it takes over
 * that one.
 */
export async function saveIntendedMerge(
  shop: ShopDomain,
  merge: { keptId: CustomerId; klaviyoId: string | null; fields: readonly FieldName[]; now: Date },
): Promise<void> {
  await transaction(async (on) => {
    const [fieldSet] = await holdFieldSets(shop, [merge.fields], on)
    // No two customers share a profile: the customer that was merged away releases it first.
    await execute(
      sql`update profile g set klaviyo_id = null where g.shop = ${shop} and g.customer_id <> ${merge.keptId}::bigint
            and g.klaviyo_id = ${merge.klaviyoId} and not exists (
              select 1 from profile k where k.shop = g.shop and k.customer_id = ${merge.keptId}::bigint and k.klaviyo_id is not null)
            and not exists (select 1 from tombstone t where t.shop = g.shop and t.customer_id = ${merge.keptId}::bigint)`,
      on,
    )
    const write = sql`
    insert into profile as p (shop, customer_id, state, read_at, klaviyo_id, field_set)
    select ${shop}, ${merge.keptId}::bigint, 'pending', ${merge.now}, ${merge.klaviyoId}, ${fieldSet}
    where not exists (select 1 from tombstone t where t.shop = ${shop} and t.customer_id = ${merge.keptId}::bigint)
    on conflict (shop, customer_id) do update set
      klaviyo_id = coalesce(p.klaviyo_id, excluded.klaviyo_id), field_set = excluded.field_set, hash = null`
    await countingProfiles(shop, [merge.keptId], () => execute(write, on), on)
  })
}

/**
 * Records what becomes of the profiles. Both customers wait until `until`. The merged customer's row becomes 'gone', so that a file written
 * before the merge does not send it into a profile that now belongs to the other customer.
 */
export async function saveMergeSettled(
  shop: ShopDomain,
  merge: { goneId: CustomerId; sourceId: string | null; now: Date; until: Date },
  on: Sql,
): Promise<void> {
  const write = sql`
        insert into profile as p (shop, customer_id, state, read_at)
        select ${shop}, ${merge.goneId}::bigint, 'gone', ${merge.now}
        where not exists (select 1 from tombstone t where t.shop = ${shop} and t.customer_id = ${merge.goneId}::bigint)
        on conflict (shop, customer_id) do update set
          state = 'gone', code = null, words = null, klaviyo_id = null, read_at = greatest(p.read_at, excluded.read_at)`
  await countingProfiles(shop, [merge.goneId], () => execute(write, on), on)
  await forgetLoyaltyOf(shop, [merge.goneId], on)
  await execute(
    sql`update customer_merge set settled_at = ${merge.now}, source_id = ${merge.sourceId}, attempt = 0, not_before = ${merge.until}
        where shop = ${shop} and gone_id = ${merge.goneId}::bigint`,
    on,
  )
}

/** Deletes a merge that is done, or that cannot be done. */
export async function deleteMerge(shop: ShopDomain, goneId: CustomerId, on?: Sql): Promise<void> {
  await execute(sql`delete from customer_merge where shop = ${shop} and gone_id = ${goneId}::bigint`, on)
}
