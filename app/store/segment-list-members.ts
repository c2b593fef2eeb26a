import type { SegmentListMember } from '#app/core/flow/segment-list.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'

/** Records that a look found these customers in the segment. */
export async function saveSegmentMembers(
  shop: ShopDomain,
  { segment, walk }: { segment: string; walk: number },
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<void> {
  if (customerIds.length === 0) return
  await execute(
    sql`
    insert into segment_list_member (shop, segment, customer_id, walk)
    select distinct ${shop}, ${segment}, found.id, ${walk}::int from unnest(${customerIds}::bigint[]) as found (id)
    where not exists (select 1 from tombstone t where t.shop = ${shop} and t.customer_id = found.id)
    on conflict (shop, segment, customer_id) do update set walk = excluded.walk`,
    on,
  )
}

/** Returns the next customers who are in the segment or on its list, in the order of their numbers, after the one named `after`. */
export async function listSegmentMembers(
  shop: ShopDomain,
  { segment, walk, after }: { segment: string; walk: number; after: string | null },
  limit: number,
): Promise<SegmentListMember[]> {
  const found = await rowsOf<{
    customer_id: string
    in_segment: boolean
    state: string | null
    profile_id: string | null
    klaviyo_id: string | null
    is_listed: boolean
  }>(
    sql`
    select m.customer_id, m.walk = ${walk} as in_segment, p.state, p.klaviyo_id as profile_id, m.klaviyo_id, m.is_listed
    from segment_list_member m left join profile p on p.shop = ${shop} and p.customer_id = m.customer_id
    where m.shop = ${shop} and m.segment = ${segment} and m.customer_id > ${after ?? '0'}::bigint
    order by m.customer_id limit ${limit}`,
    autocommit,
  )
  return found.map((row) => ({
    customerId: row.customer_id as CustomerId,
    inSegment: row.in_segment,
    state: row.state,
    profileId: row.profile_id,
    listedAs: row.klaviyo_id,
    isListed: row.is_listed,
  }))
}

/** Returns which of these profiles belong to a customer who is in the segment: after a merge, perhaps to another one than before. */
export async function listProfilesInSegment(
  shop: ShopDomain,
  { segment, walk }: { segment: string; walk: number },
  klaviyoIds: readonly string[],
): Promise<Set<string>> {
  const found = await rowsOf<{ klaviyo_id: string }>(
    sql`
    select p.klaviyo_id from profile p
    join segment_list_member m on m.shop = ${shop} and m.segment = ${segment} and m.customer_id = p.customer_id and m.walk = ${walk}
    where p.shop = ${shop} and p.klaviyo_id = any(${klaviyoIds}::text[]) and p.state <> 'excluded'`,
    autocommit,
  )
  return new Set(found.map((row) => row.klaviyo_id))
}

/** A customer, and the profile that is put on the list or taken off it. */
export interface ListedProfile {
  readonly customerId: CustomerId
  readonly klaviyoId: string
}

/** Records which profiles are about to be put on the list, so that they are taken off it again even if the answer is lost. */
export async function saveJoining(
  shop: ShopDomain,
  segment: string,
  joins: readonly ListedProfile[],
  on: Sql,
): Promise<void> {
  await setListed(shop, segment, { profiles: joins, isListed: false }, on)
}

/** Records that profiles are on the list, or cannot be because Klaviyo no longer has them. */
export async function saveJoined(
  shop: ShopDomain,
  segment: string,
  joins: readonly ListedProfile[],
  on: Sql,
): Promise<void> {
  await setListed(shop, segment, { profiles: joins, isListed: true }, on)
}

async function setListed(
  shop: ShopDomain,
  segment: string,
  { profiles, isListed }: { profiles: readonly ListedProfile[]; isListed: boolean },
  on: Sql,
): Promise<void> {
  if (profiles.length === 0) return
  await execute(
    sql`
    update segment_list_member m set klaviyo_id = l.klaviyo_id, is_listed = ${isListed}
    from unnest(${profiles.map((one) => one.customerId)}::bigint[], ${profiles.map((one) => one.klaviyoId)}::text[])
      as l (customer_id, klaviyo_id)
    where m.shop = ${shop} and m.segment = ${segment} and m.customer_id = l.customer_id`,
    on,
  )
}

/** Records that the profiles of these customers are no longer on the list. */
export async function saveLeft(
  shop: ShopDomain,
  segment: string,
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<void> {
  if (customerIds.length === 0) return
  await execute(
    sql`
    update segment_list_member set klaviyo_id = null, is_listed = false
    where shop = ${shop} and segment = ${segment} and customer_id = any(${customerIds}::bigint[])`,
    on,
  )
}

/** Deletes the rows of customers, of these, who are neither in the segment nor on its list. */
export async function dropFormerMembers(
  shop: ShopDomain,
  { segment, walk }: { segment: string; walk: number },
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<void> {
  await execute(
    sql`
    delete from segment_list_member
    where shop = ${shop} and segment = ${segment} and customer_id = any(${customerIds}::bigint[]) and walk <> ${walk} and klaviyo_id is null`,
    on,
  )
}

/** Forgets that a customer is in kept segments, or on their lists. */
export async function forgetSegmentListsOf(shop: ShopDomain, customerId: CustomerId, on: Sql): Promise<void> {
  await execute(
    sql`
    delete from segment_list_member
    where shop = ${shop} and customer_id = ${customerId}::bigint
      and segment = any(array(select l.segment from segment_list l where l.shop = ${shop}))`,
    on,
  )
}
