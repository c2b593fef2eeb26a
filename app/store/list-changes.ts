import type { ListProblem } from '#app/core/flow/delivery-choice.ts'
import type { Landing } from '#app/core/flow/new-profiles.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'

/** A profile that is to join the chosen list, or to leave it. */
export interface ListChange {
  readonly customerId: CustomerId
  readonly klaviyoId: string
}

export type ListChangeKind = 'join' | 'leave'

/** A push about to be made, and how it lands. */
export interface LandingPush {
  readonly customerId: CustomerId
  /** As it was found in Klaviyo, or is remembered. */
  readonly klaviyoId: string | null
  readonly landing: Landing
}

/**
 * Notes, beside the intention to push, how pushes land: who is found in Klaviyo is that profile from here on; who is new is to join the
 * chosen list, with `joins`.
 */
export async function saveLandings(
  shop: ShopDomain,
  pushes: readonly LandingPush[],
  { joins }: { joins: boolean },
  on: Sql,
): Promise<void> {
  const landed = pushes.filter((push) => push.landing !== 'known')
  if (landed.length === 0) return
  await execute(
    {
      name: 'save_landings',
      text: `
        update profile p set klaviyo_id = coalesce(p.klaviyo_id, l.klaviyo_id), list_change = l.list_change
        from unnest($2::bigint[], $3::text[], $4::text[]) as l (customer_id, klaviyo_id, list_change)
        where p.shop = $1 and p.customer_id = l.customer_id`,
      values: [
        shop,
        landed.map((push) => push.customerId),
        landed.map((push) => push.klaviyoId),
        landed.map((push) => (joins && push.landing === 'new' ? 'join' : null)),
      ],
    },
    on,
  )
}

/**
 * Notes that profiles leave the list, because a rule leaves their customers out: those that Lockstep put there, or is about to. Who is on it
 * by somebody else's hand stays.
 */
export async function saveLeaving(shop: ShopDomain, customers: readonly CustomerId[], on: Sql): Promise<void> {
  if (customers.length === 0) return
  await execute(
    sql`update profile set list_change = 'leave'
        where shop = ${shop} and customer_id = any(${customers}::bigint[]) and (on_list or list_change = 'join')`,
    on,
  )
}

/** Notes that profiles which a rule took off the list, or was about to, are to be on it again. */
export async function saveRejoining(shop: ShopDomain, customers: readonly CustomerId[], on: Sql): Promise<void> {
  if (customers.length === 0) return
  await execute(
    sql`update profile set list_change = 'join' where shop = ${shop} and customer_id = any(${customers}::bigint[])`,
    on,
  )
}

/** Up to `limit` profiles with a change of one kind before them. Those whose Klaviyo id is not learnt yet wait for it. */
export async function listListChanges(
  shop: ShopDomain,
  { kind, limit }: { kind: ListChangeKind; limit: number },
): Promise<ListChange[]> {
  const rows = await rowsOf<{ customer_id: string; klaviyo_id: string }>(sql`
    select customer_id, klaviyo_id from profile
    where shop = ${shop} and list_change = ${kind} and klaviyo_id is not null order by customer_id limit ${limit}`)
  return rows.map((row) => ({ customerId: row.customer_id as CustomerId, klaviyoId: row.klaviyo_id }))
}

/** The changes are made, or cannot be: Lockstep has put the profiles on the list, or taken them off. Who was to change otherwise meanwhile still is. */
export async function settleListChanges(
  shop: ShopDomain,
  { kind, changes }: { kind: ListChangeKind; changes: readonly ListChange[] },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update profile set on_list = ${kind === 'join'}, list_change = case when list_change <> ${kind} then list_change else ${kind === 'leave' ? 'left' : null} end
        where shop = ${shop} and customer_id = any(${changes.map((change) => change.customerId)}::bigint[]) and list_change is not null`,
    on,
  )
}

/** The list takes no profiles: until `notBefore` it is not tried again. Another list that was chosen meanwhile is not meant. */
export async function saveListProblem(
  shop: ShopDomain,
  { list, problem, now, notBefore }: { list: string; problem: ListProblem; now: Date; notBefore: Date },
  on?: Sql,
): Promise<void> {
  await execute(
    sql`update shop set list_problem = ${problem}, list_not_before = ${notBefore},
          list_problem_at = case when list_problem = ${problem} then list_problem_at else ${now} end
        where domain = ${shop} and delivery->'list'->>'id' = ${list}`,
    on,
  )
}

/** Puts changes on the list off, because Klaviyo takes no call just now. */
export async function deferListChanges(shop: ShopDomain, notBefore: Date): Promise<void> {
  await execute(sql`update shop set list_not_before = ${notBefore} where domain = ${shop}`)
}

/** The list may be tried again: it takes profiles, or may do so with what has been changed. */
export async function clearListProblem(shop: ShopDomain, on?: Sql): Promise<void> {
  await execute(
    sql`update shop set list_problem = null, list_problem_at = null, list_not_before = null
        where domain = ${shop} and (list_problem is not null or list_not_before is not null)`,
    on,
  )
}

/**
 * Forgets what concerns the previous list when another list, or none, is chosen: who is on it, is to leave it or has left it. With
 * `keepJoins`, those who were waiting to join it will join the new one.
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
  await clearListProblem(shop, on)
}
