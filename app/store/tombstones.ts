import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import { forgetLoyaltyOf } from './loyalty-values.ts'
import { seal, unseal } from './sealing.ts'

/** How Klaviyo finds the person to delete: exactly one of the two. */
export type DeletionIdentifier =
  | { readonly klaviyoId: string }
  | { readonly email: string }
  | { readonly phone: string }

export interface PendingDeletion {
  readonly customerId: CustomerId
  readonly identifier: DeletionIdentifier
  readonly attempt: number
}

const placeOf = (shop: ShopDomain, customerId: CustomerId) => `tombstone ${shop} ${customerId}`

/** Erases what is held of a customer and leaves a tombstone. With an identifier, Klaviyo is still to be asked for deletion. */
export async function eraseCustomer(
  shop: ShopDomain,
  customerId: CustomerId,
  identifier: DeletionIdentifier | null,
  now: Date,
  on: Sql,
): Promise<void> {
  await execute(sql`delete from dirty_customer where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await execute(sql`delete from profile where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await forgetLoyaltyOf(shop, [customerId], on)
  await execute(
    sql`delete from customer_merge where shop = ${shop} and (gone_id = ${customerId}::bigint or kept_id = ${customerId}::bigint)`,
    on,
  )
  await execute(sql`delete from standing where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  await execute(sql`delete from data_request where shop = ${shop} and customer_id = ${customerId}::bigint`, on)
  const sealed = identifier && seal(JSON.stringify(identifier), placeOf(shop, customerId))
  await execute(
    sql`insert into tombstone as t (shop, customer_id, erased_at, sealed_identifier, not_before)
        values (${shop}, ${customerId}::bigint, ${now}, ${sealed}, ${now})
        on conflict (shop, customer_id) do update set erased_at = excluded.erased_at,
          sealed_identifier = coalesce(excluded.sealed_identifier, t.sealed_identifier), not_before = excluded.not_before, attempt = 0`,
    on,
  )
}

/** Which of these customers were erased on request. */
export async function findErased(shop: ShopDomain, customerIds: readonly CustomerId[]): Promise<Set<CustomerId>> {
  const rows = await rowsOf<{ customer_id: string }>({
    name: 'find_erased',
    text: 'select customer_id from tombstone where shop = $1 and customer_id = any($2::bigint[])',
    values: [shop, customerIds],
  })
  return new Set(rows.map((row) => row.customer_id as CustomerId))
}

/**
 * Deletions that Klaviyo is to be asked for now. A job that was on its way when the customer was erased may still bring them
 * back, so the question waits until it is over; a minute covers one that was just being made.
 */
export async function listDueDeletions(shop: ShopDomain, limit: number, now: Date): Promise<PendingDeletion[]> {
  const rows = await rowsOf<{ customer_id: string; sealed_identifier: string; attempt: number }>(sql`
    select customer_id, sealed_identifier, attempt from tombstone t
    where shop = ${shop} and sealed_identifier is not null and not_before <= ${now}
      and not exists (select 1 from import_job j where j.shop = t.shop and j.submitted_at <= t.erased_at + interval '1 minute')
    order by not_before limit ${limit}`)
  return rows.map((row) => {
    const customerId = row.customer_id as CustomerId
    const identifier = JSON.parse(unseal(row.sealed_identifier, placeOf(shop, customerId))) as DeletionIdentifier
    return { customerId, identifier, attempt: row.attempt }
  })
}

/** Klaviyo was asked: nothing that tells who the person was is left. */
export async function saveDeletionAsked(shop: ShopDomain, customerId: CustomerId, now: Date): Promise<void> {
  await execute(sql`
    update tombstone set sealed_identifier = null, asked_at = ${now}
    where shop = ${shop} and customer_id = ${customerId}::bigint`)
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
