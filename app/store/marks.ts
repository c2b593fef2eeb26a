import type { Heard, LastHeard } from '#app/core/flow/heard.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A customer that changed, once or several times, as reported by the webhooks collected in one moment. */
export interface Mark {
  readonly shop: ShopDomain
  readonly customerId: CustomerId
  readonly changes: number
  /** The newest updated_at that the webhooks carried; null if none carried one. */
  readonly updatedAt: Date | null
  /** Whether one of the changes is an order or a refund. */
  readonly ordered?: boolean
  /** How the newest of the changes was heard of. */
  readonly heard?: Heard
}

export interface LeasedMark {
  readonly customerId: CustomerId
  /** The number of changes when the lease was taken; settling compares it with the number then. */
  readonly changes: number
  /** When the oldest change that is not settled was heard. */
  readonly waitingSince: Date
  /** The number of this attempt, from 1. */
  readonly attempt: number
  readonly updatedAt: Date | null
  /** When the last change was reported. */
  readonly markedAt: Date
  /** To be sent by a single upsert, because an import could not apply it. */
  readonly singleOnly: boolean
  /** Delivered already, and read once more because the first read may have been stale, or because of an order. */
  readonly confirming: boolean
  /** When the last order or refund was reported; null if none was since the mark was created. */
  readonly orderedAt: Date | null
  /** How the newest change was heard of; null if the mark follows from Lockstep's own work. */
  readonly heard: Heard | null
}

/**
 * Marks customers of any number of shops in one statement, with a deadline of `deadlineMs` milliseconds if given. With a sync delay, marks
 * are ready once the delay has passed since the last drain. Each customer may appear at most once. Marking again counts up and keeps the
 * newest updated_at; a customer that was delivered already waits from now on. Does nothing for an unknown or uninstalled shop.
 */
export async function saveMarks(marks: readonly Mark[], now: Date, deadlineMs?: number): Promise<void> {
  const sorted = [...marks].sort((a, b) => compareText(a.shop, b.shop) || compareIds(a.customerId, b.customerId))
  await execute(
    {
      name: 'save_marks',
      text: `
      with incoming as (
        select i.shop, i.customer_id, i.changes, i.updated_at, case when i.ordered then $5::timestamptz end as ordered_at, i.heard,
          greatest($5, s.drained_at + s.sync_delay_ms * interval '1 millisecond') as not_before
        from unnest($1::text[], $2::bigint[], $3::int[], $4::timestamptz[], $6::boolean[], $7::text[]) with ordinality
          as i (shop, customer_id, changes, updated_at, ordered, heard, position)
        join shop s on s.domain = i.shop and s.uninstalled_at is null
        order by i.position
      )
      insert into dirty_customer as d (shop, customer_id, changes, updated_at, marked_at, waiting_since, not_before, ordered_at, heard)
      select shop, customer_id, changes, updated_at, $5, $5, not_before, ordered_at, heard from incoming
      on conflict (shop, customer_id) do update set
        changes = d.changes + excluded.changes,
        updated_at = greatest(d.updated_at, excluded.updated_at),
        marked_at = excluded.marked_at,
        waiting_since = case when d.confirming then excluded.waiting_since else d.waiting_since end,
        not_before = case when d.confirming then excluded.not_before else least(d.not_before, excluded.not_before) end,
        ordered_at = coalesce(excluded.ordered_at, d.ordered_at),
        heard = coalesce(excluded.heard, d.heard),
        attempt = 0,
        confirming = false`,
      values: [
        sorted.map((mark) => mark.shop),
        sorted.map((mark) => mark.customerId),
        sorted.map((mark) => mark.changes),
        sorted.map((mark) => mark.updatedAt),
        now,
        sorted.map((mark) => mark.ordered ?? false),
        sorted.map((mark) => mark.heard ?? null),
      ],
      ...(deadlineMs !== undefined && { deadlineMs }),
    },
    autocommit,
  )
}

interface Leasing {
  readonly lease: string
  readonly limit: number
  readonly leaseMs: number
  readonly markedSince: Date | null
  readonly now: Date
}

/**
 * Leases up to `limit` ready marks for `leaseMs` milliseconds, those of changes before those that are only read once more; only those
 * marked since an instant, if one is given. Customers in an import job, and those that an open request holds, are not leased. A lease
 * expires by itself.
 */
export async function leaseMarks(shop: ShopDomain, leasing: Leasing): Promise<LeasedMark[]> {
  const changed = await leaseSome(shop, { ...leasing, confirming: false })
  if (changed.length === leasing.limit) return changed
  const confirming = await leaseSome(shop, { ...leasing, limit: leasing.limit - changed.length, confirming: true })
  return [...changed, ...confirming]
}

async function leaseSome(
  shop: ShopDomain,
  { lease, limit, leaseMs, markedSince, now, confirming }: Leasing & { readonly confirming: boolean },
): Promise<LeasedMark[]> {
  const rows = await rowsOf<MarkRow>(
    sql`
    with ready as (
      select d.customer_id from dirty_customer d
      where d.shop = ${shop} and d.confirming = ${confirming} and d.not_before <= ${now}
        and (d.leased_until is null or d.leased_until <= ${now})
        and (${markedSince}::timestamptz is null or d.marked_at >= ${markedSince})
        and not exists (
          select 1 from profile p
          where p.shop = d.shop and p.customer_id = d.customer_id
            and p.request = any (array(select j.id from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))))
        and not exists (
          select 1 from outbox o where o.shop = d.shop and o.holds <> '{}' and d.customer_id = any(o.holds))
      order by d.not_before limit ${limit} for update of d skip locked
    )
    update dirty_customer d
    set lease = ${lease}::uuid, leased_until = ${new Date(now.getTime() + leaseMs)}, attempt = d.attempt + 1
    from ready where d.shop = ${shop} and d.customer_id = ready.customer_id
    returning d.customer_id, d.changes, d.attempt, d.updated_at, d.marked_at, d.single_only, d.confirming,
      d.ordered_at, d.waiting_since, d.heard`,
    autocommit,
  )
  return rows.map(toLeasedMark)
}

/** What becomes of the marks under one lease. */
export interface MarkSettlement {
  readonly lease: string
  /** To be deleted, unless they changed meanwhile. */
  readonly cleared: readonly Pick<LeasedMark, 'customerId' | 'changes'>[]
  /** To be tried again later. If they changed meanwhile they are ready at once. */
  readonly deferred: readonly {
    readonly customerId: CustomerId
    readonly changes: number
    readonly attempt: number
    readonly notBefore: Date
    readonly confirming: boolean
  }[]
}

/**
 * Ends a lease. A mark that changed meanwhile stays and is ready at once, with its attempts reset. A mark that is under another lease by
 * now is not touched.
 */
export async function settleMarks(shop: ShopDomain, settlement: MarkSettlement, now: Date, on: Sql): Promise<void> {
  const { lease, cleared, deferred } = settlement
  // All rows are locked at once and in saveMarks' order. Locking one kind after the other could deadlock with it.
  await execute(
    sql`select 1 from dirty_customer where shop = ${shop} and lease = ${lease}::uuid order by customer_id for update`,
    on,
  )
  await execute(
    sql`
    delete from dirty_customer d
    using unnest(${cleared.map((m) => m.customerId)}::bigint[], ${cleared.map((m) => m.changes)}::int[]) as l (customer_id, changes)
    where d.shop = ${shop} and d.customer_id = l.customer_id and d.lease = ${lease}::uuid and d.changes = l.changes`,
    on,
  )
  if (deferred.length > 0) {
    await execute(
      sql`
      update dirty_customer d
      set lease = null, leased_until = null, attempt = l.attempt, not_before = l.not_before, confirming = l.confirming
      from unnest(${deferred.map((m) => m.customerId)}::bigint[], ${deferred.map((m) => m.changes)}::int[],
        ${deferred.map((m) => m.attempt)}::int[], ${deferred.map((m) => m.notBefore)}::timestamptz[], ${deferred.map((m) => m.confirming)}::boolean[])
        as l (customer_id, changes, attempt, not_before, confirming)
      where d.shop = ${shop} and d.customer_id = l.customer_id and d.lease = ${lease}::uuid and d.changes = l.changes`,
      on,
    )
  }
  // A mark that still has this lease changed meanwhile: it is ready at once, and its attempts are reset. If the changes before were
  // delivered, only the newer ones wait.
  const delivered = [...cleared, ...deferred.filter((mark) => mark.confirming)].map((mark) => mark.customerId)
  await execute(
    sql`
    update dirty_customer set lease = null, leased_until = null, attempt = 0, not_before = ${now},
      waiting_since = case when customer_id = any(${delivered}::bigint[]) then marked_at else waiting_since end
    where shop = ${shop} and lease = ${lease}::uuid`,
    on,
  )
}

/** Releases the marks of a batch that failed, so that they need not wait for the lease to expire. The attempt stays counted. */
export async function releaseMarks(shop: ShopDomain, lease: string): Promise<void> {
  await execute(
    sql`update dirty_customer set lease = null, leased_until = null where shop = ${shop} and lease = ${lease}::uuid`,
    autocommit,
  )
}

/** A customer to be read and pushed again although it did not change, because a push failed or a job may have lost it. */
export interface Retry {
  readonly customerId: CustomerId
  /** Number of attempts made so far. */
  readonly attempt: number
  readonly notBefore: Date
  readonly singleOnly: boolean
  /** The change that was not delivered, which waits since then; absent if none was heard. */
  readonly heard?: LastHeard | null
}

/**
 * Marks customers for another attempt. A customer that is marked already keeps its mark, with singleOnly set if the retry asks for it; one
 * that was only to be read once more does not wait longer than the retry, and has a change to deliver again if the retry names one.
 */
export async function saveRetries(shop: ShopDomain, retries: readonly Retry[], now: Date, on: Sql): Promise<void> {
  if (retries.length === 0) return
  const sorted = [...retries].sort((a, b) => compareIds(a.customerId, b.customerId))
  await execute(
    sql`
    insert into dirty_customer as d (shop, customer_id, marked_at, waiting_since, not_before, attempt, single_only, heard)
    select ${shop}, r.customer_id, ${now}, coalesce(r.heard_at, ${now}), r.not_before, r.attempt, r.single_only, r.heard
    from unnest(${sorted.map((r) => r.customerId)}::bigint[], ${sorted.map((r) => r.notBefore)}::timestamptz[],
      ${sorted.map((r) => r.attempt)}::int[], ${sorted.map((r) => r.singleOnly)}::boolean[], ${sorted.map((r) => r.heard?.how ?? null)}::text[],
      ${sorted.map((r) => r.heard?.at ?? null)}::timestamptz[]) as r (customer_id, not_before, attempt, single_only, heard, heard_at)
    on conflict (shop, customer_id) do update set single_only = d.single_only or excluded.single_only,
      heard = case when d.confirming then coalesce(excluded.heard, d.heard) else d.heard end,
      waiting_since = case when d.confirming and excluded.heard is not null then excluded.waiting_since else d.waiting_since end,
      confirming = d.confirming and excluded.heard is null,
      not_before = case when d.confirming then least(d.not_before, excluded.not_before) else d.not_before end`,
    on,
  )
}

/** Returns which of these customers are marked, apart from those that are only read once more, by how the newest change was heard of. */
export async function findMarked(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
): Promise<Map<CustomerId, Heard | null>> {
  const found = await rowsOf<Pick<rows.dirty_customer, 'customer_id' | 'heard'>>(
    sql`select customer_id, heard from dirty_customer
        where shop = ${shop} and customer_id = any(${customerIds}::bigint[]) and not confirming`,
    autocommit,
  )
  return new Map(found.map((row) => [row.customer_id as CustomerId, row.heard as Heard | null]))
}

/**
 * Marks customers whose profiles are to be checked again because of another customer's change, or (`heard`) because a merchant asked for
 * it: a change that waits already stays what was heard. A mark that is leased stays when its lease is settled. The number of attempts is kept.
 */
export async function markAgain(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  now: Date,
  on: Sql,
  heard: Heard | null = null,
): Promise<void> {
  if (customerIds.length === 0) return
  await execute(
    sql`
    insert into dirty_customer as d (shop, customer_id, marked_at, waiting_since, not_before, heard)
    select ${shop}, m.customer_id, ${now}, ${now}, ${now}, ${heard} from (
      select distinct customer_id from unnest(${customerIds}::bigint[]) as u (customer_id) order by 1) as m
    on conflict (shop, customer_id) do update set
      changes = d.changes + 1, marked_at = excluded.marked_at, not_before = least(d.not_before, excluded.not_before), confirming = false,
      heard = case when d.confirming or d.heard in ('sync_now', 'retry') and excluded.heard = 'sync_now'
        then coalesce(excluded.heard, d.heard) else coalesce(d.heard, excluded.heard) end, waiting_since = case when d.confirming then excluded.waiting_since else d.waiting_since end`,
    on,
  )
}

/** Makes every deferred mark ready, because what it waited for is resolved. */
export async function makeAllMarksReady(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`
    with held as (
      select customer_id from dirty_customer where shop = ${shop} and lease is null and not_before > ${now}
      order by customer_id for update)
    update dirty_customer d set not_before = ${now}, attempt = 0 from held where d.shop = ${shop} and d.customer_id = held.customer_id`,
    on,
  )
}

/**
 * Applies the shop's current sync delay to changes that wait for a drain. Retries keep their own times, unless the attempt did not count
 * (Shopify or Klaviyo had no capacity).
 */
export async function rescheduleMarks(shop: ShopDomain, on: Sql): Promise<void> {
  const [row] = await rowsOf<{ drains_at: Date | null }>(
    sql`select drained_at + sync_delay_ms * interval '1 millisecond' as drains_at from shop where domain = ${shop}`,
    on,
  )
  await execute(
    sql`
    with waiting as (
      select customer_id from dirty_customer where shop = ${shop} and attempt = 0 and not confirming and lease is null
      order by customer_id for update)
    update dirty_customer d set not_before = greatest(d.waiting_since, ${row?.drains_at ?? null}::timestamptz)
    from waiting where d.shop = ${shop} and d.customer_id = waiting.customer_id`,
    on,
  )
}

type MarkRow = Pick<
  rows.dirty_customer,
  | 'customer_id'
  | 'changes'
  | 'attempt'
  | 'updated_at'
  | 'marked_at'
  | 'single_only'
  | 'confirming'
  | 'ordered_at'
  | 'waiting_since'
  | 'heard'
>

function toLeasedMark(row: MarkRow): LeasedMark {
  return {
    customerId: row.customer_id as CustomerId,
    changes: row.changes,
    attempt: row.attempt,
    updatedAt: row.updated_at,
    markedAt: row.marked_at,
    singleOnly: row.single_only,
    confirming: row.confirming,
    orderedAt: row.ordered_at,
    waitingSince: row.waiting_since,
    heard: row.heard as Heard | null,
  }
}

// Rows of dirty_customer are locked by shop and then by the customer's number, as in every statement that says "order by", so that two
// statements over the same customers never deadlock. The order is numeric: as text, 1000 would come before 999.
function compareIds(a: CustomerId, b: CustomerId): number {
  return a.length - b.length || compareText(a, b)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
