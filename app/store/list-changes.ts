import type { ProfileOrigin } from '#app/core/flow/new-profiles.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { clearBlock } from './blocked.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'

/** A profile that is to be added to the chosen list, or removed from it. */
export interface ListChange {
  readonly customerId: CustomerId
  readonly klaviyoId: string
}

export type ListChangeKind = 'join' | 'leave'

/** A push that is about to be made, and the origin of its profile. */
export interface PushWithOrigin {
  readonly customerId: CustomerId
  /** The profile's id, as found in Klaviyo or as stored; null if unknown. */
  readonly klaviyoId: string | null
  readonly origin: ProfileOrigin
}

/**
 * Records the origins of pushes, beside the intention to push: a customer found in Klaviyo has that profile from now on; with `joins`, a
 * customer whose profile is new is to be added to the chosen list.
 */
export async function saveOrigins(
  shop: ShopDomain,
  pushes: readonly PushWithOrigin[],
  { joins }: { joins: boolean },
  on: Sql,
): Promise<void> {
  const landed = pushes.filter((push) => push.origin !== 'tracked')
  if (landed.length === 0) return
  await execute(
    {
      name: 'save_origins',
      text: `
        update profile p set klaviyo_id = coalesce(p.klaviyo_id, l.klaviyo_id), list_change = l.list_change
        from unnest($2::bigint[], $3::text[], $4::text[]) as l (customer_id, klaviyo_id, list_change)
        where p.shop = $1 and p.customer_id = l.customer_id`,
      values: [
        shop,
        landed.map((push) => push.customerId),
        landed.map((push) => push.klaviyoId),
        landed.map((push) => (joins && push.origin === 'new' ? 'join' : null)),
      ],
    },
    on,
  )
}

/**
 * Records that profiles are to be removed from the list because a rule excludes their customers. Only profiles that Lockstep added, or is
 * about to add, are removed.
 */
export async function saveLeaving(shop: ShopDomain, customers: readonly CustomerId[], on: Sql): Promise<void> {
  if (customers.length === 0) return
  await execute(
    sql`update profile set list_change = 'leave'
        where shop = ${shop} and customer_id = any(${customers}::bigint[]) and (on_list or list_change = 'join')`,
    on,
  )
}

/** Records that profiles which a rule removed from the list, or was about to remove, are to be added again. */
export async function saveRejoining(shop: ShopDomain, customers: readonly CustomerId[], on: Sql): Promise<void> {
  if (customers.length === 0) return
  await execute(
    sql`update profile set list_change = 'join' where shop = ${shop} and customer_id = any(${customers}::bigint[])`,
    on,
  )
}

/** Returns up to `limit` profiles with an outstanding change of one kind. Profiles whose Klaviyo id is not known yet are not included. */
export async function listListChanges(
  shop: ShopDomain,
  { kind, limit }: { kind: ListChangeKind; limit: number },
): Promise<ListChange[]> {
  const rows = await rowsOf<{ customer_id: string; klaviyo_id: string }>(
    sql`
    select customer_id, klaviyo_id from profile
    where shop = ${shop} and list_change = ${kind} and klaviyo_id is not null order by customer_id limit ${limit}`,
    autocommit,
  )
  return rows.map((row) => ({ customerId: row.customer_id as CustomerId, klaviyoId: row.klaviyo_id }))
}

/** Records that the changes are made, or cannot be made. Does nothing to a profile whose outstanding change is another one by now. */
export async function settleListChanges(
  shop: ShopDomain,
  { kind, changes }: { kind: ListChangeKind; changes: readonly ListChange[] },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update profile set on_list = ${kind === 'join'}, list_change = case when list_change <> ${kind} then list_change else ${kind === 'leave' ? 'removed' : null} end
        where shop = ${shop} and customer_id = any(${changes.map((change) => change.customerId)}::bigint[]) and list_change is not null`,
    on,
  )
}

/**
 * Deletes what concerns the previous list when another list, or none, is chosen: which profiles are on it, are to be removed or were
 * removed. With `keepJoins`, those that were waiting to be added will be added to the new list.
 */
export async function forgetListChanges(
  shop: ShopDomain,
  { keepJoins }: { keepJoins: boolean },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update profile set on_list = false, list_change = case when ${keepJoins} and list_change = 'join' then list_change end
        where shop = ${shop} and (on_list or list_change is not null)`,
    on,
  )
  await clearBlock(shop, 'list', on)
}
