import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'

/** A finished import whose profiles' Klaviyo ids are still to be fetched. */
export interface SettledImport {
  readonly klaviyoJob: string
  /** The path of the page to read next; null for the first. */
  readonly nextPage: string | null
}

/**
 * Records that an import's profiles are to be read, if it carries a customer whose Klaviyo id is unknown, or may carry one that was erased
 * meanwhile.
 */
export async function saveSettledImport(
  shop: ShopDomain,
  { job, klaviyoJob, now }: { job: string; klaviyoJob: string; now: Date },
  on: Sql,
): Promise<void> {
  await execute(
    sql`insert into settled_import (shop, klaviyo_job, not_before)
        select ${shop}, ${klaviyoJob}, ${now}
        where exists (select 1 from import_job where shop = ${shop} and id = ${job}::uuid and awaits_ids)
          or exists (select 1 from tombstone where shop = ${shop} and sealed_identifier is not null)
        on conflict do nothing`,
    on,
  )
}

/** Returns the import whose profiles are to be read next; null if none is due. */
export async function findDueSettledImport(shop: ShopDomain, now: Date): Promise<SettledImport | null> {
  const [row] = await rowsOf<{ klaviyo_job: string; next_page: string | null }>(sql`
    select klaviyo_job, next_page from settled_import where shop = ${shop} and not_before <= ${now} order by not_before limit 1`)
  return row ? { klaviyoJob: row.klaviyo_job, nextPage: row.next_page } : null
}

export async function deferSettledImport(shop: ShopDomain, klaviyoJob: string, notBefore: Date): Promise<void> {
  await execute(
    sql`update settled_import set not_before = ${notBefore} where shop = ${shop} and klaviyo_job = ${klaviyoJob}`,
  )
}

/** Returns the Klaviyo ids of these customers' profiles; a customer without one is not in the map. */
export async function findKlaviyoIds(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  on?: Sql,
): Promise<Map<CustomerId, string>> {
  const rows = await rowsOf<{ customer_id: string; klaviyo_id: string }>(
    sql`select customer_id, klaviyo_id from profile
        where shop = ${shop} and customer_id = any(${customerIds}::bigint[]) and klaviyo_id is not null`,
    on,
  )
  return new Map(rows.map((row) => [row.customer_id as CustomerId, row.klaviyo_id]))
}

/** Saves the Klaviyo ids of these customers' profiles, where they are unknown. */
export async function saveKlaviyoIds(
  shop: ShopDomain,
  profiles: readonly { readonly customerId: CustomerId; readonly klaviyoId: string }[],
  on: Sql,
): Promise<void> {
  await execute(
    sql`update profile p set klaviyo_id = l.klaviyo_id, sent_to = null
        from unnest(${profiles.map((one) => one.customerId)}::bigint[], ${profiles.map((one) => one.klaviyoId)}::text[])
          as l (customer_id, klaviyo_id)
        where p.shop = ${shop} and p.customer_id = l.customer_id and p.klaviyo_id is null`,
    on,
  )
}

/** Saves which page of an import's profiles is read next. Null, after the last page, deletes the record. */
export async function saveNextPage(shop: ShopDomain, klaviyoJob: string, next: string | null, on: Sql): Promise<void> {
  await execute(
    next === null
      ? sql`delete from settled_import where shop = ${shop} and klaviyo_job = ${klaviyoJob}`
      : sql`update settled_import set next_page = ${next} where shop = ${shop} and klaviyo_job = ${klaviyoJob}`,
    on,
  )
}

/** Deletes the record of an import whose results Klaviyo no longer keeps. */
export async function forgetSettledImport(shop: ShopDomain, klaviyoJob: string): Promise<void> {
  await execute(sql`delete from settled_import where shop = ${shop} and klaviyo_job = ${klaviyoJob}`)
}

/** Whether Klaviyo ids of an import are still to be fetched. */
export async function hasSettledImports(shop: ShopDomain): Promise<boolean> {
  const rows = await rowsOf(sql`select 1 from settled_import where shop = ${shop} limit 1`)
  return rows.length > 0
}
