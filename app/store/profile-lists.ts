import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import type { Omission } from '#app/core/profile/omission.ts'
import type { ListPosition } from '#app/core/report/list-cursor.ts'
import { autocommit, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A customer in one of these lists. */
export interface ListedProfile {
  readonly customerId: CustomerId
  /** Null for a customer that was never read. */
  readonly state: string | null
  /** Why it is not in sync; in the list of resolved issues, which it was; null otherwise. */
  readonly code: ReasonCode | null
  readonly words: string | null
  readonly klaviyoId: string | null
  readonly conflictsWith: string | null
  /** Fields that the profile was sent without. */
  readonly omitted: readonly Omission[]
  /** Since when it has the reason, waits, or is resolved; null for a customer in sync, or if that is not known. */
  readonly since: Date | null
  /** When it was last read; null if it never was. */
  readonly readAt: Date | null
  readonly syncedAt: Date | null
  /** Whether a change of it waits. */
  readonly waits: boolean
}

export interface ListPage extends ListPosition {
  readonly limit: number
}

/** What a page covers: the places between two others, read from one of them on. */
interface Span {
  readonly from: { readonly since: string; readonly id: string }
  readonly to: { readonly since: string; readonly id: string }
  readonly direction: 'asc' | 'desc'
}

const FIRST = { since: '-infinity', id: '0' }
const LAST = { since: 'infinity', id: '9223372036854775807' }

function spanOf({ order, after, before }: ListPosition): Span {
  const forward = order === 'oldest'
  const place = after ?? before
  // The rows before a place are read from it on, against the order of the list.
  const ascends = before && !after ? !forward : forward
  const bound = place && { since: place.since?.toISOString() ?? '-infinity', id: place.customerId }
  return ascends
    ? { from: bound ?? FIRST, to: LAST, direction: 'asc' }
    : { from: FIRST, to: bound ?? LAST, direction: 'desc' }
}

/** Puts rows that were read from a place back into the order of the list. */
function inOrder(found: readonly ListedRow[], { after, before }: ListPosition): ListedProfile[] {
  const listed = found.map(toListedProfile)
  return before && !after ? listed.reverse() : listed
}

/**
 * Returns a page of customers that are not in sync for one of these reasons, by since when; only those that an instant found, if one is
 * given. For each reason no more rows are read than the page has.
 */
export async function listUnsynced(
  shop: ShopDomain,
  page: ListPage & { codes: readonly ReasonCode[]; foundBy: Date | null },
): Promise<ListedProfile[]> {
  const { from, to, direction } = spanOf(page)
  const found = await rowsOf<ListedRow>(
    {
      text: `
      select r.*, exists (select 1 from dirty_customer d where d.shop = $1 and d.customer_id = r.customer_id and not d.confirming) as waits
      from unnest($2::text[]) as c (code) cross join lateral (
        select p.customer_id, p.state, p.code, p.words, p.klaviyo_id, p.conflicts_with, p.omitted, p.issue_since as since, p.read_at, p.synced_at,
          coalesce(p.issue_since, '-infinity'::timestamptz) as place
        from profile p
        where p.shop = $1 and (p.state in ('excluded', 'issue') or p.code = 'limit') and p.code = c.code
          and (coalesce(p.issue_since, '-infinity'::timestamptz), p.customer_id) > ($3::timestamptz, $4::bigint)
          and (coalesce(p.issue_since, '-infinity'::timestamptz), p.customer_id) < ($5::timestamptz, $6::bigint)
          and ($7::timestamptz is null or coalesce(p.issue_since, '-infinity'::timestamptz) <= $7)
        order by coalesce(p.issue_since, '-infinity'::timestamptz) ${direction}, p.customer_id ${direction} limit $8) as r
      order by r.place ${direction}, r.customer_id ${direction} limit $8`,
      values: [shop, page.codes, from.since, from.id, to.since, to.id, page.foundBy, page.limit],
    },
    autocommit,
  )
  return inOrder(found, page)
}

/** Returns a page of customers that are in sync and have not changed since, by when each was last sent. */
export async function listInSync(shop: ShopDomain, page: ListPage): Promise<ListedProfile[]> {
  const { from, to, direction } = spanOf(page)
  const found = await rowsOf<ListedRow>(
    {
      text: `
      select p.customer_id, p.state, p.read_at, p.synced_at from profile p
      where p.shop = $1 and p.state = 'synced'
        and (coalesce(p.synced_at, '-infinity'::timestamptz), p.customer_id) > ($2::timestamptz, $3::bigint)
        and (coalesce(p.synced_at, '-infinity'::timestamptz), p.customer_id) < ($4::timestamptz, $5::bigint)
        and (p.request is null or p.request <> all (array(select j.id from outbox j where j.shop = $1 and j.kind in ('import', 'run_import'))))
        and not exists (select 1 from dirty_customer d where d.shop = $1 and d.customer_id = p.customer_id and not d.confirming)
      order by coalesce(p.synced_at, '-infinity'::timestamptz) ${direction}, p.customer_id ${direction} limit $6`,
      values: [shop, from.since, from.id, to.since, to.id, page.limit],
    },
    autocommit,
  )
  return inOrder(found, page)
}

/**
 * Returns the next customers that are in sync and have not changed since, by number: for a file with all of them, in which one that is sent
 * meanwhile must not come twice.
 */
export async function listInSyncByNumber(
  shop: ShopDomain,
  { after, limit }: { after: CustomerId | null; limit: number },
): Promise<ListedProfile[]> {
  const found = await rowsOf<ListedRow>(
    {
      text: `
      select p.customer_id, p.state, p.read_at, p.synced_at from profile p
      where p.shop = $1 and p.state = 'synced' and p.customer_id > $2::bigint
        and (p.request is null or p.request <> all (array(select j.id from outbox j where j.shop = $1 and j.kind in ('import', 'run_import'))))
        and not exists (select 1 from dirty_customer d where d.shop = $1 and d.customer_id = p.customer_id and not d.confirming)
      order by p.customer_id limit $3`,
      values: [shop, after ?? FIRST.id, limit],
    },
    autocommit,
  )
  return found.map(toListedProfile)
}

/**
 * Returns a page of customers that changed and are to be read or sent, or that an import carries, by since when: the oldest change that
 * waits, or when the import was written down.
 */
export async function listWaiting(shop: ShopDomain, page: ListPage): Promise<ListedProfile[]> {
  const { from, to, direction } = spanOf(page)
  const found = await rowsOf<ListedRow>(
    {
      text: `
      select * from (
        (select d.customer_id, p.state, p.read_at, p.synced_at, d.waiting_since as since, true as waits from dirty_customer d
          left join profile p on p.shop = d.shop and p.customer_id = d.customer_id
          where d.shop = $1 and not d.confirming
            and (d.waiting_since, d.customer_id) > ($2::timestamptz, $3::bigint)
            and (d.waiting_since, d.customer_id) < ($4::timestamptz, $5::bigint)
            and (p.state is null or p.state in ('synced', 'gone', 'forgotten') or (p.state = 'pending' and p.code is distinct from 'limit'))
            and (p.request is null or p.request <> all (array(select j.id from outbox j where j.shop = $1 and j.kind in ('import', 'run_import'))))
          order by d.waiting_since ${direction}, d.customer_id ${direction} limit $6)
        union all
        (select c.* from outbox j cross join lateral (
            select p.customer_id, p.state, p.read_at, null::timestamptz as synced_at, date_trunc('milliseconds', j.created_at) as since, true
            from unnest(j.customers) as i (customer_id)
              join profile p on p.shop = $1 and p.customer_id = i.customer_id and p.request = j.id
            where (date_trunc('milliseconds', j.created_at), i.customer_id) > ($2::timestamptz, $3::bigint)
              and (date_trunc('milliseconds', j.created_at), i.customer_id) < ($4::timestamptz, $5::bigint)
            order by i.customer_id ${direction} limit $6) as c
          where j.shop = $1 and j.kind in ('import', 'run_import'))
      ) as waiting order by since ${direction}, customer_id ${direction} limit $6`,
      values: [shop, from.since, from.id, to.since, to.id, page.limit],
    },
    autocommit,
  )
  return inOrder(found, page)
}

/** Returns a page of customers that are in sync except for fields that were left out, by number. */
export async function listOmitted(shop: ShopDomain, page: ListPage): Promise<ListedProfile[]> {
  const { from, to, direction } = spanOf(page)
  const found = await rowsOf<ListedRow>(
    {
      text: `
      select customer_id, state, klaviyo_id, conflicts_with, omitted, read_at, synced_at from profile
      where shop = $1 and omitted is not null and customer_id > $2::bigint and customer_id < $3::bigint
      order by customer_id ${direction} limit $4`,
      values: [shop, from.id, to.id, page.limit],
    },
    autocommit,
  )
  return inOrder(found, page)
}

/** Returns a page of customers whose issue was resolved after an instant, with its reason, by when it was resolved. One that an import carries is not yet. */
export async function listResolved(shop: ShopDomain, page: ListPage & { since: Date }): Promise<ListedProfile[]> {
  const { from, to, direction } = spanOf(page)
  const found = await rowsOf<ListedRow>(
    {
      text: `
      select customer_id, state, resolved_code as code, resolved_at as since, read_at, synced_at from profile
      where shop = $1 and resolved_at is not null and state = 'synced' and resolved_at > $2
        and (request is null or request <> all (array(select j.id from outbox j where j.shop = $1 and j.kind in ('import', 'run_import'))))
        and (resolved_at, customer_id) > ($3::timestamptz, $4::bigint) and (resolved_at, customer_id) < ($5::timestamptz, $6::bigint)
      order by resolved_at ${direction}, customer_id ${direction} limit $7`,
      values: [shop, page.since, from.since, from.id, to.since, to.id, page.limit],
    },
    autocommit,
  )
  return inOrder(found, page)
}

/** Counts customers whose issue was resolved after an instant, up to `upTo`. */
export async function countResolved(shop: ShopDomain, { since, upTo }: { since: Date; upTo: number }): Promise<number> {
  const [row] = await rowsOf<{ profiles: number }>(
    sql`
    select count(*)::int as profiles from (
      select 1 from profile where shop = ${shop} and resolved_at is not null and state = 'synced' and resolved_at > ${since}
        and (request is null or request <> all (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))))
      limit ${upTo}) as counted`,
    autocommit,
  )
  return row?.profiles ?? 0
}

/** Returns what is stored of these customers, whatever their state; a customer that is not known at all is not in the list. */
export async function findListed(shop: ShopDomain, customerIds: readonly CustomerId[]): Promise<ListedProfile[]> {
  const found = await rowsOf<ListedRow>(
    sql`
    select i.customer_id, p.state, p.code, p.words, p.klaviyo_id, p.conflicts_with, p.omitted,
      case when p.code is not null then p.issue_since end as since, p.read_at, p.synced_at,
      (d.customer_id is not null or p.state = 'pending' or coalesce(p.request = any (array(
        select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))), false)) as waits
    from unnest(${customerIds}::bigint[]) as i (customer_id)
      left join profile p on p.shop = ${shop} and p.customer_id = i.customer_id
      left join dirty_customer d on d.shop = ${shop} and d.customer_id = i.customer_id and not d.confirming
    where p.customer_id is not null or d.customer_id is not null`,
    autocommit,
  )
  return found.map(toListedProfile)
}

/** A row of one of these queries; a column that a query does not need is undefined. */
type ListedRow = Pick<rows.profile, 'customer_id'> &
  Partial<Pick<rows.profile, 'code' | 'words' | 'klaviyo_id' | 'conflicts_with' | 'omitted' | 'synced_at'>> & {
    state: string | null
    since?: Date | null
    read_at: Date | null
    waits?: boolean
  }

function toListedProfile(row: ListedRow): ListedProfile {
  return {
    customerId: row.customer_id as CustomerId,
    state: row.state,
    code: (row.code ?? null) as ReasonCode | null,
    words: row.words ?? null,
    klaviyoId: row.klaviyo_id ?? null,
    conflictsWith: row.conflicts_with ?? null,
    omitted: (row.omitted as readonly Omission[] | null | undefined) ?? [],
    since: row.since ?? null,
    readAt: row.read_at,
    syncedAt: row.synced_at ?? null,
    waits: row.waits ?? false,
  }
}
