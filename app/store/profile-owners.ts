import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import { fieldSetNames, holdFieldSets } from './field-sets.ts'
import type * as rows from './generated/rows.ts'
import { markAgain } from './marks.ts'
import { countingProfiles } from './profile-counts.ts'

/** The customer that a Klaviyo profile belongs to. */
export interface ProfileOwner {
  readonly customerId: CustomerId
  readonly klaviyoId: string
  /**
   * The customer is deleted, excluded, or has no valid address: nothing is sent into the profile any more, and the customer that has its
   * address now takes it over.
   */
  readonly canBeTakenOver: boolean
  /** The fields that Lockstep may have delivered into it. */
  readonly fields: readonly FieldName[]
}

/** Returns the owners of these profiles, by Klaviyo id; a profile that belongs to no customer is not in the map. */
export async function findOwners(
  shop: ShopDomain,
  klaviyoIds: readonly string[],
  on: Sql,
): Promise<Map<string, ProfileOwner>> {
  if (klaviyoIds.length === 0) return new Map()
  const found = await rowsOf<
    Pick<rows.profile, 'customer_id' | 'field_set'> & { klaviyo_id: string; has_left: boolean }
  >(
    {
      name: 'find_owners',
      text: `
        select customer_id, klaviyo_id, field_set,
          state in ('gone', 'excluded') or coalesce(code, '') = 'invalid_email' as has_left
        from profile where shop = $1 and klaviyo_id = any($2::text[])`,
      values: [shop, klaviyoIds],
    },
    on,
  )
  const names = await fieldSetNames(
    shop,
    found.flatMap((row) => row.field_set ?? []),
    on,
  )
  return new Map(
    found.map((row) => [
      row.klaviyo_id,
      {
        customerId: row.customer_id as CustomerId,
        klaviyoId: row.klaviyo_id,
        canBeTakenOver: row.has_left,
        fields: (row.field_set !== null && names.get(row.field_set)) || [],
      },
    ]),
  )
}

/** Separates these customers from their profiles: the profiles belong to no customer from now on, and nothing counts as delivered. */
export async function releaseProfiles(shop: ShopDomain, customerIds: readonly CustomerId[], on: Sql): Promise<void> {
  if (customerIds.length === 0) return
  await execute(
    sql`update profile set klaviyo_id = null, hash = null, field_set = null, on_list = false, omitted = null, conflicts_with = null
        where shop = ${shop} and customer_id = any(${customerIds}::bigint[])`,
    on,
  )
}

/**
 * Makes one customer be pushed again even if nothing changed. `fields` are what the profile may contain; with `adds`, in addition to what
 * it was sent. `klaviyoId`, if given, becomes the customer's profile.
 */
export async function resendWith(
  shop: ShopDomain,
  resend: { customerId: CustomerId; fields: readonly FieldName[]; adds?: boolean; klaviyoId?: string },
  on: Sql,
): Promise<void> {
  const { customerId, adds = false, klaviyoId = null } = resend
  const [row] = await rowsOf<Pick<rows.profile, 'field_set'>>(
    sql`select field_set from profile where shop = ${shop} and customer_id = ${customerId}::bigint`,
    on,
  )
  if (!row) return
  const own = adds && row.field_set !== null ? [row.field_set] : []
  const names = [...(await fieldSetNames(shop, own, on)).values()].flat()
  const fields = [...new Set([...names, ...resend.fields])].sort()
  const [fieldSet] = await holdFieldSets(shop, [fields.length === 0 ? null : fields], on)
  await execute(
    sql`update profile set hash = null, field_set = coalesce(${fieldSet}::int, field_set), klaviyo_id = coalesce(${klaviyoId}, klaviyo_id)
        where shop = ${shop} and customer_id = ${customerId}::bigint`,
    on,
  )
}

/**
 * Records that an import wrote this customer into another customer's profile: it waits until that profile is released, and nothing counts
 * as delivered. Does nothing while another import carries the customer, whose own ids will show the same.
 */
export async function saveContested(
  shop: ShopDomain,
  { customerId, klaviyoId }: { customerId: CustomerId; klaviyoId: string },
  on: Sql,
): Promise<void> {
  const statement = sql`
    update profile set state = 'issue', code = 'identity_conflict', words = null, hash = null, conflicts_with = ${klaviyoId},
      issue_since = read_at, resolved_code = null, resolved_at = null
    where shop = ${shop} and customer_id = ${customerId}::bigint and state = 'synced'
      and (request is null or request <> all (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))))`
  await countingProfiles(shop, [customerId], () => execute(statement, on), on)
}

/** Removes the Klaviyo ids of customers that were found in another customer's profile. */
export async function forgetIds(shop: ShopDomain, customerIds: readonly CustomerId[], on: Sql): Promise<void> {
  if (customerIds.length === 0) return
  await execute(
    sql`update profile set klaviyo_id = null where shop = ${shop} and customer_id = any(${customerIds}::bigint[])`,
    on,
  )
}

/** A customer that waits until another profile releases an identifier. */
export interface WaitingForProfile {
  readonly customerId: CustomerId
  readonly klaviyoId: string | null
  readonly conflictsWith: string
}

/** Returns all customers whose address belongs to another profile. They are few. */
export async function listConflicts(shop: ShopDomain, on: Sql): Promise<WaitingForProfile[]> {
  const found = await rowsOf<Pick<rows.profile, 'customer_id' | 'klaviyo_id'> & { conflicts_with: string }>(
    sql`select customer_id, klaviyo_id, conflicts_with from profile
        where shop = ${shop} and conflicts_with is not null and state = 'issue' and code = 'identity_conflict'
        order by customer_id limit 10000`,
    on,
  )
  return found.map((row) => ({
    customerId: row.customer_id as CustomerId,
    klaviyoId: row.klaviyo_id,
    conflictsWith: row.conflicts_with,
  }))
}

/** Returns the Klaviyo ids of profiles that an import carries and that other customers wait for. Few, whatever the size of the import. */
export async function listAwaitedProfiles(shop: ShopDomain, jobId: string, on: Sql): Promise<string[]> {
  const rows = await rowsOf<{ klaviyo_id: string }>(
    sql`select distinct p.klaviyo_id from profile w
        join profile p on p.shop = w.shop and p.klaviyo_id = w.conflicts_with
        where w.shop = ${shop} and w.conflicts_with is not null and p.request = ${jobId}::uuid`,
    on,
  )
  return rows.map((row) => row.klaviyo_id)
}

/**
 * Makes customers that wait for one of these profiles ready at once: the profile was written, and may have released the identifier they
 * need. Left out are `except`, and customers that have no profile and no mark any more: they would only be written into the same profile
 * again.
 */
export async function wakeWaiting(
  shop: ShopDomain,
  { klaviyoIds, except, now }: { klaviyoIds: readonly string[]; except: readonly CustomerId[]; now: Date },
  on: Sql,
): Promise<void> {
  if (klaviyoIds.length === 0) return
  const found = await rowsOf<Pick<rows.profile, 'customer_id'>>(
    sql`update profile p set hash = null
        where shop = ${shop} and conflicts_with = any(${klaviyoIds}::text[])
          and customer_id <> all(${except}::bigint[])
          and (klaviyo_id is not null or exists (
            select 1 from dirty_customer d where d.shop = ${shop} and d.customer_id = p.customer_id))
        returning customer_id`,
    on,
  )
  await markAgain(
    shop,
    found.map((row) => row.customer_id as CustomerId),
    now,
    on,
  )
}
