import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'

/** One customer that changed, once or several times, as the webhooks of one moment told it. */
export interface Mark {
  readonly shop: ShopDomain
  readonly customerId: CustomerId
  readonly changes: number
  /** The newest updated_at named; null when none was. */
  readonly updatedAt: Date | null
}

export interface LeasedMark {
  readonly customerId: CustomerId
  /** Changes counted when the lease was taken: settling compares with it. */
  readonly changes: number
  /** This try, from 1. */
  readonly attempt: number
  readonly updatedAt: Date | null
  /** When the last change was told of. */
  readonly markedAt: Date
  /** To be sent by itself: an import could not apply it. */
  readonly alone: boolean
  /** Delivered before, and read once more to make sure. */
  readonly confirming: boolean
}

/**
 * Marks customers of any number of shops in one statement, which is given up after `deadlineMs` milliseconds if that is said. With a sync delay they
 * are ready once it has passed since the last drain. Takes each customer at most once; marking again counts up and keeps the newest updated_at. An unknown or uninstalled shop keeps nothing.
 */
export async function saveMarks(marks: readonly Mark[], now: Date, deadlineMs?: number): Promise<void> {
  const sorted = [...marks].sort((a, b) => compareText(a.shop, b.shop) || compareIds(a.customerId, b.customerId))
  await execute({
    name: 'save_marks',
    text: `
      with incoming as (
        select i.shop, i.customer_id, i.changes, i.updated_at,
          greatest($5, s.drained_at + s.sync_delay_ms * interval '1 millisecond') as not_before
        from unnest($1::text[], $2::bigint[], $3::int[], $4::timestamptz[]) with ordinality
          as i (shop, customer_id, changes, updated_at, position)
        join shop s on s.domain = i.shop and s.uninstalled_at is null
        order by i.position
      )
      insert into dirty_customer as d (shop, customer_id, changes, updated_at, marked_at, waiting_since, not_before)
      select shop, customer_id, changes, updated_at, $5, $5, not_before from incoming
      on conflict (shop, customer_id) do update set
        changes = d.changes + excluded.changes,
        updated_at = greatest(d.updated_at, excluded.updated_at),
        marked_at = excluded.marked_at,
        not_before = case when d.confirming then excluded.not_before else least(d.not_before, excluded.not_before) end,
        attempt = 0,
        confirming = false`,
    values: [
      sorted.map((mark) => mark.shop),
      sorted.map((mark) => mark.customerId),
      sorted.map((mark) => mark.changes),
      sorted.map((mark) => mark.updatedAt),
      now,
    ],
    ...(deadlineMs !== undefined && { deadlineMs }),
  })
}

/**
 * Takes up to `limit` ready marks for `leaseMs`, only those made since an instant if one is given. Customers in an import job,
 * or being merged, wait for it. A lease ends by itself.
 */
export async function leaseMarks(
  shop: ShopDomain,
  {
    lease,
    limit,
    leaseMs,
    markedSince,
    now,
  }: { lease: string; limit: number; leaseMs: number; markedSince: Date | null; now: Date },
): Promise<LeasedMark[]> {
  const rows = await rowsOf<MarkRow>(sql`
    with ready as (
      select d.customer_id from dirty_customer d
      where d.shop = ${shop} and d.not_before <= ${now} and (d.leased_until is null or d.leased_until <= ${now})
        and (${markedSince}::timestamptz is null or d.marked_at >= ${markedSince})
        and not exists (
          select 1 from profile p where p.shop = d.shop and p.customer_id = d.customer_id and p.import_job is not null)
        and not exists (
          select 1 from customer_merge m where m.shop = d.shop and d.customer_id in (m.gone_id, m.kept_id))
      order by d.not_before limit ${limit} for update of d skip locked
    )
    update dirty_customer d
    set lease = ${lease}::uuid, leased_until = ${new Date(now.getTime() + leaseMs)}, attempt = d.attempt + 1
    from ready where d.shop = ${shop} and d.customer_id = ready.customer_id
    returning d.customer_id, d.changes, d.attempt, d.updated_at, d.marked_at, d.alone, d.confirming`)
  return rows.map(toLeasedMark)
}

/** What is to become of the marks under one lease. */
export interface MarkSettlement {
  readonly lease: string
  /** Settled: they go, unless they changed meanwhile. */
  readonly cleared: readonly Pick<LeasedMark, 'customerId' | 'changes'>[]
  /** To be tried again, unless they changed meanwhile and are free at once. */
  readonly deferred: readonly {
    readonly customerId: CustomerId
    readonly changes: number
    readonly attempt: number
    readonly notBefore: Date
    readonly confirming: boolean
  }[]
}

/** Ends a lease. A mark that changed under it stays, free and fresh; one that another lease holds by now is left alone. */
export async function settleMarks(shop: ShopDomain, settlement: MarkSettlement, now: Date, on?: Sql): Promise<void> {
  const { lease, cleared, deferred } = settlement
  // All rows at once and in saveMarks' order: taken one kind after the other, we and it would wait for each other.
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
  // What is left under this lease changed meanwhile: it is free at once, and fresh.
  await execute(
    sql`
    update dirty_customer set lease = null, leased_until = null, attempt = 0, not_before = ${now}
    where shop = ${shop} and lease = ${lease}::uuid`,
    on,
  )
}

/** Lets go of marks whose batch came to nothing, so that nobody waits for the lease to lapse. The attempt stays counted. */
export async function releaseMarks(shop: ShopDomain, lease: string): Promise<void> {
  await execute(
    sql`update dirty_customer set lease = null, leased_until = null where shop = ${shop} and lease = ${lease}::uuid`,
  )
}

/** A customer whose turn must come again although nothing changed: a push failed, or a job took them with it. */
export interface Retry {
  readonly customerId: CustomerId
  /** Tries made so far. */
  readonly attempt: number
  readonly notBefore: Date
  readonly alone: boolean
}

/** Marks customers for another try. One that is marked already keeps its mark, and is sent alone if it is to be. */
export async function saveRetries(shop: ShopDomain, retries: readonly Retry[], now: Date, on?: Sql): Promise<void> {
  if (retries.length === 0) return
  const sorted = [...retries].sort((a, b) => compareIds(a.customerId, b.customerId))
  await execute(
    sql`
    insert into dirty_customer as d (shop, customer_id, marked_at, waiting_since, not_before, attempt, alone)
    select ${shop}, r.customer_id, ${now}, ${now}, r.not_before, r.attempt, r.alone
    from unnest(${sorted.map((r) => r.customerId)}::bigint[], ${sorted.map((r) => r.notBefore)}::timestamptz[],
      ${sorted.map((r) => r.attempt)}::int[], ${sorted.map((r) => r.alone)}::boolean[]) as r (customer_id, not_before, attempt, alone)
    on conflict (shop, customer_id) do update set alone = d.alone or excluded.alone`,
    on,
  )
}

/**
 * Marks customers whose profiles are to be looked at again because of another customer's. A mark that is leased just now stays when its lease is
 * settled; the count of its tries stays as well.
 */
export async function markAgain(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  now: Date,
  on: Sql,
): Promise<void> {
  if (customerIds.length === 0) return
  await execute(
    sql`
    insert into dirty_customer as d (shop, customer_id, marked_at, waiting_since, not_before)
    select ${shop}, m.customer_id, ${now}, ${now}, ${now} from (
      select distinct customer_id from unnest(${customerIds}::bigint[]) as u (customer_id) order by 1) as m
    on conflict (shop, customer_id) do update set
      changes = d.changes + 1, marked_at = excluded.marked_at, not_before = least(d.not_before, excluded.not_before), confirming = false`,
    on,
  )
}

/**
 * Clears the marks that a bulk operation's file has answered: made before an instant that it is certain to have seen, about a
 * customer whom the file shows no older than any webhook said.
 */
export async function clearCoveredMarks(
  shop: ShopDomain,
  covered: { madeBefore: Date; customers: readonly { readonly customerId: CustomerId; readonly updatedAt: Date }[] },
  on?: Sql,
): Promise<void> {
  if (covered.customers.length === 0) return
  await execute(
    sql`
    delete from dirty_customer d
    using (
      select m.customer_id, f.updated_at
      from unnest(${covered.customers.map((c) => c.customerId)}::bigint[], ${covered.customers.map((c) => c.updatedAt)}::timestamptz[])
        as f (customer_id, updated_at)
      join dirty_customer m on m.shop = ${shop} and m.customer_id = f.customer_id
      where m.marked_at < ${covered.madeBefore}
      order by m.customer_id for update of m
    ) as f
    where d.shop = ${shop} and d.customer_id = f.customer_id
      and d.marked_at < ${covered.madeBefore} and (d.updated_at is null or d.updated_at <= f.updated_at)`,
    on,
  )
}

/** Marks every tracked customer that a finished run did not come across; when read again they prove gone, or not. */
export async function markUnseen(shop: ShopDomain, askedAt: Date, now: Date, on?: Sql): Promise<number> {
  return execute(
    sql`
    insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
    select shop, customer_id, ${now}, ${now}, ${now} from profile
    where shop = ${shop} and read_at < ${askedAt} and import_job is null and state <> 'gone'
    order by customer_id on conflict do nothing`,
    on,
  )
}

/**
 * How many customers wait with a mark, looking at no more than `upTo` marks: `all` but those whose row counts as pending besides (in an import,
 * or never delivered), and of these the ones in sync otherwise, and those Lockstep does not know.
 */
export async function countWaitingMarks(
  shop: ShopDomain,
  { upTo }: { upTo: number },
): Promise<{ all: number; synced: number; unknown: number }> {
  const [row] = await rowsOf<{ all: number; synced: number; unknown: number }>(sql`
    select
      (count(*) filter (where p.state is null or (p.import_job is null and p.state <> 'pending')))::int as "all",
      (count(*) filter (where p.state = 'synced' and p.import_job is null))::int as synced,
      (count(*) filter (where p.state is null or p.state = 'gone'))::int as unknown
    from (select customer_id from dirty_customer where shop = ${shop} and not confirming limit ${upTo}) as d
    left join profile p on p.shop = ${shop} and p.customer_id = d.customer_id`)
  return row ?? { all: 0, synced: 0, unknown: 0 }
}

/**
 * How many customers wait with a mark alone, looking at no more than `upTo` marks: one whose row counts as pending besides
 * (in an import, or never delivered) is counted there.
 */
export async function countPendingMarks(shop: ShopDomain, { upTo }: { upTo: number }): Promise<number> {
  const [row] = await rowsOf<{ marks: number }>(sql`
    select count(*)::int as marks
    from (select customer_id from dirty_customer where shop = ${shop} and not confirming limit ${upTo}) as d
    where not exists (
      select 1 from profile p
      where p.shop = ${shop} and p.customer_id = d.customer_id and (p.import_job is not null or p.state = 'pending'))`)
  return row?.marks ?? 0
}

/** How many marks could be read now, counted no further than `upTo`. Customers in an import job wait for it. */
export async function countReadyMarks(shop: ShopDomain, { upTo, now }: { upTo: number; now: Date }): Promise<number> {
  const [row] = await rowsOf<{ marks: number }>(sql`
    select count(*)::int as marks from (
      select 1 from dirty_customer d
      where d.shop = ${shop} and not d.confirming and d.not_before <= ${now}
        and not exists (
          select 1 from profile p where p.shop = d.shop and p.customer_id = d.customer_id and p.import_job is not null)
      limit ${upTo}) as counted`)
  return row?.marks ?? 0
}

/** What waits, for a catch-up to read: since when, and how many of the marks no updated_at came with. */
export async function findBacklog(shop: ShopDomain): Promise<{ oldest: Date; undated: number } | null> {
  const [row] = await rowsOf<{ oldest: Date | null; undated: number }>(sql`
    select least(min(updated_at), min(waiting_since)) as oldest, (count(*) filter (where updated_at is null))::int as undated
    from dirty_customer where shop = ${shop}`)
  return row?.oldest ? { oldest: row.oldest, undated: row.undated } : null
}

/** Every mark that was put off is ready again: what it waited for is mended. */
export async function freeAllMarks(shop: ShopDomain, now: Date, on?: Sql): Promise<void> {
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
 * Changes that wait for a drain wait for as long as the shop's delay is now. What is being tried again keeps its own time, unless
 * the try was none (Shopify or Klaviyo had no room).
 */
export async function respaceMarks(shop: ShopDomain, on?: Sql): Promise<void> {
  await execute(
    sql`
    with waiting as (
      select customer_id from dirty_customer where shop = ${shop} and attempt = 0 and not confirming and lease is null
      order by customer_id for update)
    update dirty_customer d set not_before = greatest(d.waiting_since, s.drained_at + s.sync_delay_ms * interval '1 millisecond')
    from shop s, waiting where d.shop = ${shop} and s.domain = d.shop and d.customer_id = waiting.customer_id`,
    on,
  )
}

/**
 * When the first of the marks is ready, or was; null when there is none, or the first is being tried again. Those that are
 * delivered and made sure of are left out.
 */
export async function findFirstReady(shop: ShopDomain): Promise<Date | null> {
  const [row] = await rowsOf<{ at: Date; attempt: number }>(sql`
    select not_before as at, attempt from dirty_customer where shop = ${shop} and not confirming order by not_before limit 1`)
  return row?.attempt === 0 ? row.at : null
}

interface MarkRow {
  customer_id: string
  changes: number
  attempt: number
  updated_at: Date | null
  marked_at: Date
  alone: boolean
  confirming: boolean
}

function toLeasedMark(row: MarkRow): LeasedMark {
  return {
    customerId: row.customer_id as CustomerId,
    changes: row.changes,
    attempt: row.attempt,
    updatedAt: row.updated_at,
    markedAt: row.marked_at,
    alone: row.alone,
    confirming: row.confirming,
  }
}

// Rows of dirty_customer are locked by shop and then by the customer's number, here as in every statement that says "order by": two
// statements over the same customers then never wait for each other. As text, 1000 would come before 999.
function compareIds(a: CustomerId, b: CustomerId): number {
  return a.length - b.length || compareText(a, b)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
