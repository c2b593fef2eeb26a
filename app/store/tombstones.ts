import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import { forgetLoyaltyOf } from './loyalty-values.ts'
import { dropByShop } from './retention/drop-by-shop.ts'
import { seal, unseal } from './sealing.ts'

/** By what Klaviyo may find a profile of the person. */
export type DeletionIdentifier =
  | { readonly klaviyoId: string }
  | { readonly email: string }
  | { readonly phone: string }

export interface PendingDeletion {
  readonly customerId: CustomerId
  /** All identifiers that are known; each may find another profile, or none. */
  readonly identifiers: readonly DeletionIdentifier[]
  readonly erasedAt: Date
  readonly attempt: number
}

const placeOf = (shop: ShopDomain, customerId: CustomerId) => `tombstone ${shop} ${customerId}`

/**
 * Deletes what is stored of a customer and writes a tombstone with the identifiers by which Klaviyo may find the person: these, and the ids
 * of profiles known to be the customer's. The tombstone names the account that has the profiles, or, if there was none yet, the first one
 * to be connected.
 */
export async function eraseCustomer(
  shop: ShopDomain,
  customerId: CustomerId,
  identifiers: readonly DeletionIdentifier[],
  now: Date,
  on: Sql,
): Promise<void> {
  // Waits for a push that is just being recorded, so that the statements below see its row.
  await execute(sql`select 1 from shop where domain = ${shop} for update`, on)
  const known = await listKnownIds(shop, customerId, on)
  await execute(sql`delete from dirty_customer where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await execute(sql`delete from profile where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await forgetLoyaltyOf(shop, [customerId], on)
  await execute(
    sql`delete from customer_merge where shop = ${shop} and (gone_id = ${customerId}::bigint or kept_id = ${customerId}::bigint)`,
    on,
  )
  await execute(sql`delete from customer_membership where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await execute(sql`delete from data_request where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await execute(
    sql`insert into tombstone as t (shop, customer_id, erased_at, account_id, not_before)
        select domain, ${customerId}::bigint, ${now}, recorded_account, ${now} from shop where domain = ${shop}
        on conflict (shop, customer_id) do update set erased_at = excluded.erased_at,
          account_id = coalesce(excluded.account_id, t.account_id), not_before = excluded.not_before, attempt = 0`,
    on,
  )
  await addIdentifiers(shop, customerId, [...known, ...identifiers], on)
}

/** Returns the profiles known to be the customer's: its own, and one that is being merged into it. */
async function listKnownIds(shop: ShopDomain, customerId: CustomerId, on: Sql): Promise<DeletionIdentifier[]> {
  const rows = await rowsOf<{ klaviyo_id: string }>(
    sql`select klaviyo_id from profile where shop = ${shop} and customer_id = ${customerId}::bigint and klaviyo_id is not null
        union select coalesce(m.source_id, g.klaviyo_id) from customer_merge m
          left join profile g on g.shop = m.shop and g.customer_id = m.gone_id
        where m.shop = ${shop} and m.kept_id = ${customerId}::bigint and coalesce(m.source_id, g.klaviyo_id) is not null`,
    on,
  )
  return rows.map((row) => ({ klaviyoId: row.klaviyo_id }))
}

/** Returns which of these customers were erased and may still have a profile in Klaviyo. */
export async function findAwaitingDeletion(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<Set<CustomerId>> {
  const rows = await rowsOf<{ customer_id: string }>(
    sql`select customer_id from tombstone
        where shop = ${shop} and customer_id = any(${customerIds}::bigint[]) and sealed_identifier is not null`,
    on,
  )
  return new Set(rows.map((row) => row.customer_id as CustomerId))
}

/** Adds identifiers by which Klaviyo may find an erased customer. Does nothing for a customer that was not erased. */
export async function addIdentifiers(
  shop: ShopDomain,
  customerId: CustomerId,
  identifiers: readonly DeletionIdentifier[],
  on: Sql,
): Promise<void> {
  const [row] = await rowsOf<{ sealed_identifier: string | null }>(
    sql`select sealed_identifier from tombstone where shop = ${shop} and customer_id = ${customerId}::bigint for update`,
    on,
  )
  if (!row || identifiers.length === 0) return
  const before = row.sealed_identifier === null ? [] : unsealed(shop, customerId, row.sealed_identifier)
  const distinct = [...new Set([...before, ...identifiers].map((identifier) => JSON.stringify(identifier)))]
  const sealed = seal(`[${distinct.join(',')}]`, placeOf(shop, customerId))
  await execute(
    sql`update tombstone set sealed_identifier = ${sealed} where shop = ${shop} and customer_id = ${customerId}::bigint`,
    on,
  )
}

/** Older tombstones hold a single identifier. */
function unsealed(shop: ShopDomain, customerId: CustomerId, sealed: string): DeletionIdentifier[] {
  return [JSON.parse(unseal(sealed, placeOf(shop, customerId)))].flat() as DeletionIdentifier[]
}

/** Returns which of these customers were erased on request. */
export async function findErased(shop: ShopDomain, customerIds: readonly CustomerId[]): Promise<Set<CustomerId>> {
  const rows = await rowsOf<{ customer_id: string }>({
    name: 'find_erased',
    text: 'select customer_id from tombstone where shop = $1 and customer_id = any($2::bigint[])',
    values: [shop, customerIds],
  })
  return new Set(rows.map((row) => row.customer_id as CustomerId))
}

/**
 * Returns deletions that are to be requested from Klaviyo now, in the account that has the profiles. A job that was in flight when the
 * customer was erased may still create the profile again, so the request waits until the job has ended; a minute covers a job that was just
 * being submitted.
 */
export async function listDueDeletions(
  shop: ShopDomain,
  accountId: string,
  limit: number,
  now: Date,
): Promise<PendingDeletion[]> {
  const rows = await rowsOf<{ customer_id: string; sealed_identifier: string; erased_at: Date; attempt: number }>(sql`
    select customer_id, sealed_identifier, erased_at, attempt from tombstone t
    where shop = ${shop} and sealed_identifier is not null and not_before <= ${now} and coalesce(account_id, ${accountId}) = ${accountId}
      and not exists (select 1 from import_job j where j.shop = t.shop and j.submitted_at <= t.erased_at + interval '1 minute')
    order by not_before limit ${limit}`)
  return rows.map((row) => {
    const customerId = row.customer_id as CustomerId
    const identifiers = unsealed(shop, customerId, row.sealed_identifier)
    return { customerId, identifiers, erasedAt: row.erased_at, attempt: row.attempt }
  })
}

/** Returns which of these profiles, by Klaviyo id, belong to another customer. */
export async function findProfilesOfOthers(
  shop: ShopDomain,
  customerId: CustomerId,
  klaviyoIds: readonly string[],
): Promise<Set<string>> {
  const rows = await rowsOf<{ klaviyo_id: string }>(sql`
    select klaviyo_id from profile
    where shop = ${shop} and customer_id <> ${customerId}::bigint and klaviyo_id = any(${klaviyoIds}::text[]) and state <> 'gone'`)
  return new Set(rows.map((row) => row.klaviyo_id))
}

/** Records that Klaviyo has no profile of the person any more, and deletes the identifiers. */
export async function saveDeleted(shop: ShopDomain, customerId: CustomerId, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update tombstone set sealed_identifier = null, asked_at = ${now}
        where shop = ${shop} and customer_id = ${customerId}::bigint`,
    on,
  )
}

/**
 * Forgets the profiles of customers that were pushed into these profiles while they were being deleted, so that they are pushed again.
 * Returns these customers.
 */
export async function releaseDeleted(shop: ShopDomain, klaviyoIds: readonly string[], on: Sql): Promise<CustomerId[]> {
  const rows = await rowsOf<{ customer_id: string }>(
    sql`update profile set klaviyo_id = null, hash = null, field_set = null, on_list = false
        where shop = ${shop} and klaviyo_id = any(${klaviyoIds}::text[]) returning customer_id`,
    on,
  )
  return rows.map((row) => row.customer_id as CustomerId)
}

export async function deferDeletion(
  shop: ShopDomain,
  customerId: CustomerId,
  next: { attempt: number; notBefore: Date },
): Promise<void> {
  await execute(sql`
    update tombstone set attempt = ${next.attempt}, not_before = ${next.notBefore}
    where shop = ${shop} and customer_id = ${customerId}::bigint`)
}

/**
 * Deletes the identifiers of people erased before an instant where Klaviyo cannot be asked to delete them: the shop is not connected, is
 * connected to another account, or its key is refused. The customers stay erased: no sync brings them back.
 */
export const dropUnaskedIdentifiers = dropByShop({
  find: ({ before, limit }) => sql`
    select distinct t.shop from tombstone t
    where t.sealed_identifier is not null and t.erased_at < ${before} and not exists (
      select 1 from connection c join shop s on s.domain = c.shop
      where c.shop = t.shop and c.refused_at is null and s.uninstalled_at is null and coalesce(t.account_id, c.account_id) = c.account_id)
    limit ${limit}`,
  drop: (shop, { before, limit }) => sql`
    update tombstone set sealed_identifier = null where shop = ${shop} and ctid = any (array(
      select t.ctid from tombstone t
      where t.shop = ${shop} and t.sealed_identifier is not null and t.erased_at < ${before} and not exists (
        select 1 from connection c join shop s on s.domain = c.shop
        where c.shop = t.shop and c.refused_at is null and s.uninstalled_at is null and coalesce(t.account_id, c.account_id) = c.account_id)
      limit ${limit} for update of t skip locked))`,
})
