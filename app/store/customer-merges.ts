import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { execute, type Sql, sql, transaction } from './database.ts'
import { holdFieldSets } from './field-sets.ts'
import { forgetLoyaltyOf } from './loyalty-values.ts'
import { countingProfiles } from './profile-counts.ts'

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
 * Makes the row of a customer that was merged away 'gone', so that a file written before the merge does not send it into a profile that now
 * belongs to the other customer.
 */
export async function saveMergedAway(shop: ShopDomain, goneId: CustomerId, now: Date, on: Sql): Promise<void> {
  const write = sql`
    insert into profile as p (shop, customer_id, state, read_at)
    select ${shop}, ${goneId}::bigint, 'gone', ${now}
    where not exists (select 1 from tombstone t where t.shop = ${shop} and t.customer_id = ${goneId}::bigint)
    on conflict (shop, customer_id) do update set
      state = 'gone', code = null, words = null, klaviyo_id = null, request = null, read_at = greatest(p.read_at, excluded.read_at)`
  await countingProfiles(shop, [goneId], () => execute(write, on), on)
  await forgetLoyaltyOf(shop, [goneId], on)
}
