import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import { forgetDeliveries } from './deliveries.ts'
import { forgetExample } from './dry-runs.ts'
import { forgetFlowRequestsOf } from './flow-triggers.ts'
import { forgetLoyaltyOf } from './loyalty-values.ts'
import { forgetHolding, forgetRequests, saveRequests } from './outbox.ts'
import { countingProfiles } from './profile-counts.ts'
import { forgetReadBacksOf } from './profile-repairs.ts'
import { dropByShop } from './retention/drop-by-shop.ts'
import { seal, unseal } from './sealing.ts'
import { forgetSegmentListsOf } from './segment-list-members.ts'

/** By what Klaviyo may find a profile of the person. */
export type DeletionIdentifier =
  | { readonly klaviyoId: string }
  | { readonly email: string }
  | { readonly phone: string }

export const placeOf = (shop: ShopDomain, customerId: CustomerId) => `tombstone ${shop} ${customerId}`

/**
 * Deletes what is stored of a customer, writes a tombstone, and requests the deletion in Klaviyo of what these identifiers find, and of the
 * profiles known to be the customer's. The request is for the account that has the profiles, or, if there was none yet, for the first one to
 * be connected. Does nothing for an unknown shop.
 */
export async function eraseCustomer(
  shop: ShopDomain,
  customerId: CustomerId,
  identifiers: readonly DeletionIdentifier[],
  now: Date,
  on: Sql,
): Promise<void> {
  // Waits for a push that is just being recorded, so that the statements below see its row.
  const [row] = await rowsOf<{ recorded_account: string | null }>(
    sql`select recorded_account from shop where domain = ${shop} for update`,
    on,
  )
  if (!row) return
  const known = await listKnownIds(shop, customerId, on)
  await execute(sql`delete from dirty_customer where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await forgetDeliveries(shop, [customerId], on)
  const deletion = sql`delete from profile where shop = ${shop} and customer_id = ${customerId}::bigint`
  await countingProfiles(shop, [customerId], () => execute(deletion, on), on)
  await forgetLoyaltyOf(shop, [customerId], on)
  await forgetHolding(shop, customerId, on)
  await forgetFlowRequestsOf(shop, [customerId], on)
  await forgetReadBacksOf(shop, customerId, on)
  await forgetSegmentListsOf(shop, customerId, on)
  await forgetExample(shop, customerId, on)
  await execute(sql`delete from customer_membership where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await execute(sql`delete from data_request where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await execute(
    sql`insert into tombstone (shop, customer_id, erased_at) values (${shop}, ${customerId}::bigint, ${now})
        on conflict (shop, customer_id) do update set erased_at = excluded.erased_at`,
    on,
  )
  // A request that is open already is replaced by another, so that a turn that is just sending it does not end this one.
  const open = await findOpenRequest(shop, customerId, on)
  const all = [...(open?.identifiers ?? []), ...known, ...identifiers]
  if (all.length === 0) return
  await forgetRequests(shop, ['erase'], on, [customerId])
  const accountId = row.recorded_account ?? open?.accountId ?? null
  const request = { subject: customerId, payload: { sealed: sealed(shop, customerId, all) }, accountId }
  await saveRequests(shop, 'erase', [request], now, on)
}

/** Returns the profiles known to be the customer's: its own, and one that is being merged into it. */
async function listKnownIds(shop: ShopDomain, customerId: CustomerId, on: Sql): Promise<DeletionIdentifier[]> {
  const rows = await rowsOf<{ klaviyo_id: string }>(
    sql`select klaviyo_id from profile where shop = ${shop} and customer_id = ${customerId}::bigint and klaviyo_id is not null
        union select coalesce(o.remote_id, g.klaviyo_id) from outbox o
          left join profile g on g.shop = o.shop and g.customer_id = o.holds[1]
        where o.shop = ${shop} and o.kind = 'merge' and o.holds[2] = ${customerId}::bigint
          and coalesce(o.remote_id, g.klaviyo_id) is not null`,
    on,
  )
  return rows.map((row) => ({ klaviyoId: row.klaviyo_id }))
}

interface OpenRequest {
  readonly id: string
  readonly identifiers: readonly DeletionIdentifier[]
  readonly accountId: string | null
}

/** Returns the request for the deletion of an erased customer, and locks it; null if none is open. */
async function findOpenRequest(shop: ShopDomain, customerId: CustomerId, on: Sql): Promise<OpenRequest | null> {
  const [row] = await rowsOf<{ id: string; sealed: string; account_id: string | null }>(
    sql`select id, payload->>'sealed' as sealed, account_id from outbox
        where shop = ${shop} and kind = 'erase' and subject = ${customerId} for update`,
    on,
  )
  return row
    ? { id: row.id, identifiers: identifiersIn(shop, customerId, row.sealed), accountId: row.account_id }
    : null
}

/** Adds identifiers by which Klaviyo may find an erased customer. Does nothing for a customer whose deletion is not requested. */
export async function addIdentifiers(
  shop: ShopDomain,
  customerId: CustomerId,
  identifiers: readonly DeletionIdentifier[],
  on: Sql,
): Promise<void> {
  const open = await findOpenRequest(shop, customerId, on)
  if (!open || identifiers.length === 0) return
  const payload = JSON.stringify({ sealed: sealed(shop, customerId, [...open.identifiers, ...identifiers]) })
  await execute(
    sql`update outbox set payload = ${payload}::jsonb where shop = ${shop} and kind = 'erase' and id = ${open.id}::uuid`,
    on,
  )
}

function sealed(shop: ShopDomain, customerId: CustomerId, identifiers: readonly DeletionIdentifier[]): string {
  const distinct = [...new Set(identifiers.map((identifier) => JSON.stringify(identifier)))]
  return seal(`[${distinct.join(',')}]`, placeOf(shop, customerId))
}

/** Returns the identifiers in a request's payload. Older ones hold a single identifier. */
export function identifiersIn(shop: ShopDomain, customerId: CustomerId, sealed: string): DeletionIdentifier[] {
  return [JSON.parse(unseal(sealed, placeOf(shop, customerId)))].flat() as DeletionIdentifier[]
}

/** Returns which of these customers were erased on request. */
export async function findErased(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<Set<CustomerId>> {
  const rows = await rowsOf<{ customer_id: string }>(
    {
      name: 'find_erased',
      text: 'select customer_id from tombstone where shop = $1 and customer_id = any($2::bigint[])',
      values: [shop, customerIds],
    },
    on,
  )
  return new Set(rows.map((row) => row.customer_id as CustomerId))
}

/** Whether an import is in flight that was submitted by an instant. */
export async function hasImportSubmittedBy(shop: ShopDomain, until: Date): Promise<boolean> {
  const rows = await rowsOf(
    sql`
    select 1 from outbox where shop = ${shop} and kind in ('import', 'run_import') and created_at <= ${until} limit 1`,
    autocommit,
  )
  return rows.length > 0
}

/** Returns which of these profiles, by Klaviyo id, belong to another customer. */
export async function findProfilesOfOthers(
  shop: ShopDomain,
  customerId: CustomerId,
  klaviyoIds: readonly string[],
): Promise<Set<string>> {
  const rows = await rowsOf<{ klaviyo_id: string }>(
    sql`
    select klaviyo_id from profile
    where shop = ${shop} and customer_id <> ${customerId}::bigint and klaviyo_id = any(${klaviyoIds}::text[]) and state <> 'gone'`,
    autocommit,
  )
  return new Set(rows.map((row) => row.klaviyo_id))
}

/** Records that Klaviyo has no profile of the person any more. */
export async function saveDeleted(shop: ShopDomain, customerId: CustomerId, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update tombstone set asked_at = ${now} where shop = ${shop} and customer_id = ${customerId}::bigint`,
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

/**
 * Deletes the identifiers of people erased before an instant where Klaviyo cannot be asked to delete them: the shop is not connected, is
 * connected to another account, or its key is refused. The customers stay erased: no sync brings them back.
 */
export const dropUnaskedIdentifiers = dropByShop({
  find: ({ before, limit }) => sql`
    select distinct t.shop from outbox t
    where t.kind = 'erase' and t.created_at < ${before} and not exists (
      select 1 from connection c join shop s on s.domain = c.shop
      where c.shop = t.shop and c.refused_at is null and s.uninstalled_at is null and coalesce(t.account_id, c.account_id) = c.account_id)
    limit ${limit}`,
  drop: (shop, { before, limit }) => sql`
    delete from outbox where shop = ${shop} and ctid = any (array(
      select t.ctid from outbox t
      where t.shop = ${shop} and t.kind = 'erase' and t.created_at < ${before} and not exists (
        select 1 from connection c join shop s on s.domain = c.shop
        where c.shop = t.shop and c.refused_at is null and s.uninstalled_at is null and coalesce(t.account_id, c.account_id) = c.account_id)
      limit ${limit} for update of t skip locked))`,
})
