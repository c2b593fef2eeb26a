import type { ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A merchant's wish that all customers with one reason are read and sent again. */
export interface ReasonRetry {
  readonly code: ReasonCode
  readonly askedAt: Date
  /** How many customers had the reason then, and how many of them have been marked. */
  readonly customers: number
  readonly marked: number
}

/**
 * Records the wish for each of these reasons that customers have, as they are counted now. A reason that is being retried already is left as
 * it is: of two members of staff who ask at once, one begins it. From then on new profiles are counted anew. Returns how many customers were added.
 */
export async function saveReasonRetries(
  shop: ShopDomain,
  codes: readonly ReasonCode[],
  now: Date,
  on: Sql,
): Promise<number> {
  const saved = await rowsOf<Pick<rows.reason_retry, 'customers'>>(
    sql`
    with saved as (
      insert into reason_retry (shop, code, asked_at, customers)
      select ${shop}, c.code, ${now}, sum(c.profiles)::int from profile_count c
      where c.shop = ${shop} and c.code = any(${codes}::text[]) and c.state in ('excluded', 'issue')
      group by c.code having sum(c.profiles) > 0
      on conflict (shop, code) do nothing returning customers
    ), anew as (
      update shop set retry_created = 0 where domain = ${shop} and exists (select 1 from saved)
    )
    select customers from saved`,
    on,
  )
  return saved.reduce((sum, { customers }) => sum + customers, 0)
}

/** Returns what is being retried, the oldest wish first. */
export async function listReasonRetries(shop: ShopDomain): Promise<ReasonRetry[]> {
  const found = await rowsOf<Pick<rows.reason_retry, 'code' | 'asked_at' | 'customers' | 'marked'>>(
    sql`select code, asked_at, customers, marked from reason_retry where shop = ${shop} order by asked_at, code`,
    autocommit,
  )
  return found.map(({ code, asked_at: askedAt, customers, marked }) => {
    return { code: code as ReasonCode, askedAt, customers, marked }
  })
}

/**
 * Marks the next `limit` customers with a reason, in the order of their list, and remembers the last of them: both or neither. Customers that
 * have been read since the wish, or have had the reason only since then, are left out; a change that waits already stays what was heard. Returns how many were marked; fewer than the limit if there are no more.
 */
export async function markNextOfReason(
  shop: ShopDomain,
  { code, limit, now }: { code: ReasonCode; limit: number; now: Date },
  on: Sql,
): Promise<number> {
  const [row] = await rowsOf<{ marked: number }>(
    sql`
    with asked as (
      select asked_at, coalesce(from_since, '-infinity'::timestamptz) as since, from_customer from reason_retry
      where shop = ${shop} and code = ${code} for update
    ), next as (
      select p.customer_id, coalesce(p.issue_since, '-infinity'::timestamptz) as since from profile p
      where p.shop = ${shop} and p.code = ${code} and (p.state in ('excluded', 'issue') or p.code = 'limit')
        and (coalesce(p.issue_since, '-infinity'::timestamptz), p.customer_id) > ((select since from asked), (select from_customer from asked))
        and coalesce(p.issue_since, '-infinity'::timestamptz) <= (select asked_at from asked)
        and p.read_at <= (select asked_at from asked)
      order by coalesce(p.issue_since, '-infinity'::timestamptz), p.customer_id limit ${limit}
    ), marked as (
      insert into dirty_customer as d (shop, customer_id, marked_at, waiting_since, not_before, heard)
      select ${shop}, n.customer_id, ${now}, ${now}, ${now}, 'retry' from next n order by n.customer_id
      on conflict (shop, customer_id) do update set
        changes = d.changes + 1, marked_at = excluded.marked_at, not_before = least(d.not_before, excluded.not_before), confirming = false,
        heard = case when d.confirming then excluded.heard else coalesce(d.heard, excluded.heard) end, waiting_since = case when d.confirming then excluded.waiting_since else d.waiting_since end
      returning 1
    ), last as (
      select since, customer_id from next order by since desc, customer_id desc limit 1
    ), moved as (
      update reason_retry r set from_since = last.since, from_customer = last.customer_id, marked = r.marked + (select count(*) from marked)
      from last where r.shop = ${shop} and r.code = ${code}
      returning 1
    )
    select (select count(*) from next)::int as marked, (select count(*) from moved)::int as moved`,
    on,
  )
  return row?.marked ?? 0
}

/** Forgets the wish: all its customers are marked. */
export async function endReasonRetry(shop: ShopDomain, code: ReasonCode, on: Sql): Promise<void> {
  await execute(sql`delete from reason_retry where shop = ${shop} and code = ${code}`, on)
}

/** Whether fewer than `limit` changes wait: a retry may add to them without delaying others for long. */
export async function hasRoomForRetries(shop: ShopDomain, limit: number): Promise<boolean> {
  const [row] = await rowsOf<{ marks: number }>(
    sql`select count(*)::int as marks from (
          select 1 from dirty_customer where shop = ${shop} and not confirming limit ${limit}) as counted`,
    autocommit,
  )
  return (row?.marks ?? 0) < limit
}

/** Returns how many profiles were created since a merchant last asked for a list to be retried, as part of that. */
export async function findRetryCreated(shop: ShopDomain): Promise<number> {
  const [row] = await rowsOf<Pick<rows.shop, 'retry_created'>>(
    sql`select retry_created from shop where domain = ${shop}`,
    autocommit,
  )
  return row?.retry_created ?? 0
}

/**
 * Counts profiles that are about to be created as part of a retry, in the transaction that records this; `job` is the import that carries
 * them. Returns false if more would be created than may be, because another process counted meanwhile.
 */
export async function countRetryCreated(
  shop: ShopDomain,
  { job, created, most }: { job: string | null; created: number; most: number },
  on: Sql,
): Promise<boolean> {
  const counted = await execute(
    sql`update shop set retry_created = retry_created + ${created} where domain = ${shop} and retry_created + ${created} <= ${most}`,
    on,
  )
  const payload = sql`
    update outbox set payload = jsonb_set(payload, '{retried}', to_jsonb(${created}::int)) where shop = ${shop} and id = ${job}::uuid`
  if (job !== null) await execute(payload, on)
  return counted === 1
}
