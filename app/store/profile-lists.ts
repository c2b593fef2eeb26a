import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import type { Omission } from '#app/core/profile/omission.ts'
import { autocommit, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A customer in one of these lists. */
export interface ListedProfile {
  readonly customerId: CustomerId
  /** Why it is not in sync; null if it is. */
  readonly code: ReasonCode | null
  readonly words: string | null
  readonly klaviyoId: string | null
  readonly conflictsWith: string | null
  /** Fields that the profile was sent without. */
  readonly omitted: readonly Omission[]
  /** When it was last read; null if it never was. */
  readonly readAt: Date | null
}

/**
 * Returns a page of customers that are not in sync for one of these reasons, ordered by number; only those found by an instant, if one is
 * given.
 */
export async function listUnsynced(
  shop: ShopDomain,
  page: { codes: readonly ReasonCode[]; foundBy: Date | null; after: CustomerId | null; limit: number },
): Promise<ListedProfile[]> {
  const found = await rowsOf<ListedRow>(
    sql`
    select customer_id, code, words, klaviyo_id, conflicts_with, omitted, read_at from profile
    where shop = ${shop} and (state in ('excluded', 'issue') or code = 'limit') and code = any(${page.codes}::text[])
      and (${page.foundBy}::timestamptz is null or coalesce(issue_since, read_at) <= ${page.foundBy}) and customer_id > ${page.after ?? '0'}::bigint
    order by customer_id limit ${page.limit}`,
    autocommit,
  )
  return found.map(toListedProfile)
}

/** Returns a page of customers that are in sync and have not changed since, ordered by number. */
export async function listInSync(
  shop: ShopDomain,
  page: { after: CustomerId | null; limit: number },
): Promise<ListedProfile[]> {
  const found = await rowsOf<ListedRow>(
    sql`
    select customer_id, read_at from profile p
    where shop = ${shop} and state = 'synced' and customer_id > ${page.after ?? '0'}::bigint
      and (p.request is null or p.request <> all (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))))
      and not exists (
        select 1 from dirty_customer d where d.shop = p.shop and d.customer_id = p.customer_id and not d.confirming)
    order by customer_id limit ${page.limit}`,
    autocommit,
  )
  return found.map(toListedProfile)
}

/** Returns a page of customers that changed and are to be read or sent, or that an import carries, ordered by number. */
export async function listWaiting(
  shop: ShopDomain,
  page: { after: CustomerId | null; limit: number },
): Promise<ListedProfile[]> {
  const after = page.after ?? '0'
  const found = await rowsOf<ListedRow>(
    sql`
    select customer_id, min(read_at) as read_at from (
      (select d.customer_id, p.read_at from dirty_customer d
        left join profile p on p.shop = d.shop and p.customer_id = d.customer_id
        where d.shop = ${shop} and not d.confirming and d.customer_id > ${after}::bigint
          and (p.state is null or p.state in ('synced', 'gone', 'forgotten') or (p.state = 'pending' and p.code is distinct from 'limit'))
        order by d.customer_id limit ${page.limit})
      union all
      (select p.customer_id, p.read_at from outbox j cross join lateral unnest(j.customers) as c (customer_id)
          join profile p on p.shop = j.shop and p.customer_id = c.customer_id and p.request = j.id
        where j.shop = ${shop} and j.kind in ('import', 'run_import') and c.customer_id > ${after}::bigint order by p.customer_id limit ${page.limit})
    ) as waiting group by customer_id order by customer_id limit ${page.limit}`,
    autocommit,
  )
  return found.map(toListedProfile)
}

/** Returns a page of customers that are in sync except for fields that were left out, ordered by number. */
export async function listOmitted(
  shop: ShopDomain,
  page: { after: CustomerId | null; limit: number },
): Promise<ListedProfile[]> {
  const found = await rowsOf<ListedRow>(
    sql`
    select customer_id, klaviyo_id, conflicts_with, omitted, read_at from profile
    where shop = ${shop} and omitted is not null and customer_id > ${page.after ?? '0'}::bigint
    order by customer_id limit ${page.limit}`,
    autocommit,
  )
  return found.map(toListedProfile)
}

/** A row of one of these queries; a column that a query does not need is undefined. */
type ListedRow = Pick<rows.profile, 'customer_id'> &
  Partial<Pick<rows.profile, 'code' | 'words' | 'klaviyo_id' | 'conflicts_with' | 'omitted'>> & { read_at: Date | null }

function toListedProfile(row: ListedRow): ListedProfile {
  return {
    customerId: row.customer_id as CustomerId,
    code: (row.code ?? null) as ReasonCode | null,
    words: row.words ?? null,
    klaviyoId: row.klaviyo_id ?? null,
    conflictsWith: row.conflicts_with ?? null,
    omitted: (row.omitted as readonly Omission[] | null | undefined) ?? [],
    readAt: row.read_at,
  }
}
