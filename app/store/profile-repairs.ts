import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { markAgain } from './marks.ts'

/** Returns when the profiles of these customers were last repaired, and because of which fields; a customer without a repair is not in the map. */
export async function findRepairs(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
): Promise<Map<CustomerId, { at: Date; fields: readonly FieldName[] }>> {
  if (customerIds.length === 0) return new Map()
  const found = await rowsOf<Pick<rows.profile_repair, 'customer_id' | 'repaired_at' | 'fields'>>(
    sql`
    select customer_id, repaired_at, fields from profile_repair where shop = ${shop} and customer_id = any(${customerIds}::bigint[])`,
    autocommit,
  )
  return new Map(found.map((row) => [row.customer_id as CustomerId, { at: row.repaired_at, fields: row.fields }]))
}

/** A profile that Klaviyo does not have as it was sent. */
export interface ProfileToRepair {
  readonly customerId: CustomerId
  /** Of what was sent. */
  readonly hash: string
  readonly fields: readonly FieldName[]
}

/**
 * Has profiles sent again although nothing changed, apart from those that were sent meanwhile. The caller has locked the shop's profiles (holdAccount). Returns the
 * customers that are sent again.
 */
export async function repairProfiles(
  shop: ShopDomain,
  profiles: readonly ProfileToRepair[],
  now: Date,
  on: Sql,
): Promise<Set<CustomerId>> {
  if (profiles.length === 0) return new Set()
  const distrusted = await rowsOf<{ customer_id: string }>(
    sql`
    update profile p set hash = null
    from unnest(${profiles.map((one) => one.customerId)}::bigint[], ${profiles.map((one) => one.hash)}::text[]) as r (customer_id, hash)
    where p.shop = ${shop} and p.customer_id = r.customer_id and p.state = 'synced' and p.hash = r.hash
      and (p.request is null or p.request <> all (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))))
    returning p.customer_id`,
    on,
  )
  const ids = distrusted.map((row) => row.customer_id as CustomerId)
  await markAgain(shop, ids, now, on)
  const repaired = new Set(ids)
  for (const { customerId, fields } of profiles)
    if (repaired.has(customerId)) await saveRepair(shop, { customerId, fields, now }, on)
  return repaired
}

async function saveRepair(
  shop: ShopDomain,
  { customerId, fields, now }: { customerId: CustomerId; fields: readonly FieldName[]; now: Date },
  on: Sql,
): Promise<void> {
  await execute(
    sql`
    insert into profile_repair as r (shop, customer_id, repaired_at, fields) values (${shop}, ${customerId}::bigint, ${now}, ${fields}::text[])
    on conflict (shop, customer_id) do update set repaired_at = excluded.repaired_at,
      fields = array(select distinct f.name from unnest(r.fields || excluded.fields) as f (name))`,
    on,
  )
}

/** Forgets what read-backs know of a customer. */
export async function forgetReadBacksOf(shop: ShopDomain, customerId: CustomerId, on: Sql): Promise<void> {
  await execute(sql`delete from profile_repair where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await execute(
    sql`
    update read_back_field set examples = array_remove(examples, ${customerId}::bigint)
    where shop = ${shop} and ${customerId}::bigint = any(examples)`,
    on,
  )
}

/** Forgets all repairs: they were made in an account that is no longer connected. */
export async function forgetRepairs(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`delete from profile_repair where shop = ${shop}`, on)
}
