import { randomUUID } from 'node:crypto'
import type { RequestKind, RequestPayloads, RequestState } from '#app/core/flow/outbox.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A request to Klaviyo that is still to be sent, or to be checked. */
export interface OutboxRequest<Kind extends RequestKind> {
  readonly id: string
  readonly kind: Kind
  /** What it is about: a customer, or an import. */
  readonly subject: string
  readonly payload: RequestPayloads[Kind]
  /** What Klaviyo calls the thing that the request is about; null while there is none. */
  readonly remoteId: string | null
  readonly state: RequestState
  /** Number of tries in a row without a usable answer. */
  readonly attempt: number
  readonly createdAt: Date
}

export interface NewRequest<Kind extends RequestKind> {
  readonly subject: string
  readonly payload: RequestPayloads[Kind]
  /** The account that it is for. Default: the one that is connected. */
  readonly accountId?: string | null
  /** Customers that are not pushed while it is open. */
  readonly holds?: readonly CustomerId[]
}

/**
 * Writes requests down, due at once. One whose kind and subject are in the outbox already is left out, except for events, of which a
 * customer may have several: each is later than those that were saved before, whatever the clocks said.
 */
export async function saveRequests<Kind extends RequestKind>(
  shop: ShopDomain,
  kind: Kind,
  requests: readonly NewRequest<Kind>[],
  now: Date,
  on: Sql,
): Promise<void> {
  if (requests.length === 0) return
  await execute(
    {
      name: 'save_requests',
      text: `
        insert into outbox (shop, id, kind, subject, account_id, payload, holds, not_before, created_at)
        select $1, r.id, $2, r.subject, r.account_id, r.payload::jsonb, r.holds::bigint[], $3,
          greatest($3::timestamptz, (
            select max(o.created_at) + interval '1 microsecond' from outbox o where o.shop = $1 and o.kind = $2 and o.subject = r.subject
          )) + interval '1 microsecond' * (row_number() over (partition by r.subject order by r.position) - 1)
        from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[])
          with ordinality as r (id, subject, account_id, payload, holds, position)
        on conflict do nothing`,
      values: [
        shop,
        kind,
        now,
        requests.map(() => randomUUID()),
        requests.map(({ subject }) => subject),
        requests.map(({ accountId = null }) => accountId),
        requests.map(({ payload }) => JSON.stringify(payload)),
        requests.map(({ holds = [] }) => `{${holds.join(',')}}`),
      ],
    },
    on,
  )
}

/**
 * Returns requests of a kind that are due: of each subject only the oldest, of those for another account none, and none while the kind is
 * blocked.
 */
export async function listDueRequests<Kind extends RequestKind>(
  shop: ShopDomain,
  kind: Kind,
  { accountId, limit, now }: { accountId: string; limit: number; now: Date },
): Promise<OutboxRequest<Kind>[]> {
  const rows = await rowsOf<RequestRow>(
    {
      name: 'list_due_requests',
      text: `
      select o.id, o.subject, o.payload, o.remote_id, o.state, o.attempt, o.created_at from outbox o
      where o.shop = $1 and o.kind = $2 and o.not_before <= $3 and (o.account_id is null or o.account_id = $4)
        and not exists (select 1 from blocked b where b.shop = o.shop and b.kind = o.kind and b.until > $3)
        and not exists (
          select 1 from outbox e where e.shop = o.shop and e.kind = o.kind and e.subject = o.subject and e.created_at < o.created_at)
      order by o.not_before, o.created_at limit $5`,
      values: [shop, kind, now, accountId, limit],
    },
    autocommit,
  )
  return rows.map((row) => ({
    id: row.id,
    kind,
    subject: row.subject,
    payload: row.payload as RequestPayloads[Kind],
    remoteId: row.remote_id,
    state: row.state as RequestState,
    attempt: row.attempt,
    createdAt: row.created_at,
  }))
}

/** What is changed of a request that stays in the outbox; what is left out stays as it is. */
export interface RequestChange {
  readonly attempt: number
  readonly notBefore: Date
  readonly state?: RequestState
  readonly remoteId?: string
  readonly payload?: RequestPayloads[RequestKind]
}

export async function deferRequest(shop: ShopDomain, id: string, change: RequestChange, on: Sql): Promise<void> {
  const { attempt, notBefore, state = null, remoteId = null, payload } = change
  await execute(
    sql`update outbox set attempt = ${attempt}, not_before = ${notBefore}, state = coalesce(${state}, state),
          remote_id = coalesce(${remoteId}, remote_id), payload = coalesce(${payload ? JSON.stringify(payload) : null}::jsonb, payload)
        where shop = ${shop} and id = ${id}::uuid`,
    on,
  )
}

/** Defers requests without using up an attempt. */
export async function postponeRequests(shop: ShopDomain, ids: readonly string[], until: Date): Promise<void> {
  await execute(
    sql`update outbox set not_before = ${until} where shop = ${shop} and id = any(${ids}::uuid[])`,
    autocommit,
  )
}

/** Deletes requests that have ended. */
export async function deleteRequests(shop: ShopDomain, ids: readonly string[], on: Sql): Promise<void> {
  if (ids.length === 0) return
  await execute(sql`delete from outbox where shop = ${shop} and id = any(${ids}::uuid[])`, on)
}

/** Deletes all requests of some kinds; with `subjects`, only those about them. */
export async function forgetRequests(
  shop: ShopDomain,
  kinds: readonly RequestKind[],
  on: Sql,
  subjects: readonly string[] | null = null,
): Promise<void> {
  await execute(
    sql`delete from outbox where shop = ${shop} and kind = any(${kinds}::text[])
          and (${subjects}::text[] is null or subject = any(${subjects}::text[]))`,
    on,
  )
}

/** Deletes the requests that hold a customer. */
export async function forgetHolding(shop: ShopDomain, customerId: CustomerId, on: Sql): Promise<void> {
  await execute(
    sql`delete from outbox where shop = ${shop} and holds <> '{}' and ${customerId}::bigint = any(holds)`,
    on,
  )
}

/** Returns how many requests of a kind are open. */
export async function countRequests(shop: ShopDomain, kind: RequestKind): Promise<number> {
  const [row] = await rowsOf<{ requests: number }>(
    sql`select count(*)::int as requests from outbox where shop = ${shop} and kind = ${kind}`,
    autocommit,
  )
  return row?.requests ?? 0
}

/** Returns which of these subjects have an open request of a kind. */
export async function findSubjects(
  shop: ShopDomain,
  kind: RequestKind,
  subjects: readonly string[],
  on: Sql,
): Promise<Set<string>> {
  const rows = await rowsOf<{ subject: string }>(
    sql`select subject from outbox where shop = ${shop} and kind = ${kind} and subject = any(${subjects}::text[])`,
    on,
  )
  return new Set(rows.map(({ subject }) => subject))
}

/** Whether any request of a kind is open. */
export async function hasRequests(shop: ShopDomain, kind: RequestKind, on: Sql): Promise<boolean> {
  const rows = await rowsOf(sql`select 1 from outbox where shop = ${shop} and kind = ${kind} limit 1`, on)
  return rows.length > 0
}

/** Returns the customers that open requests hold back: nothing is pushed for them meanwhile. They are few. */
export async function findHeldCustomers(shop: ShopDomain): Promise<Set<CustomerId>> {
  const rows = await rowsOf<{ customer_id: string }>(
    sql`
    select held.customer_id from outbox o cross join unnest(o.holds) as held (customer_id)
    where o.shop = ${shop} and o.holds <> '{}'`,
    autocommit,
  )
  return new Set(rows.map((row) => row.customer_id as CustomerId))
}

type RequestRow = Pick<rows.outbox, 'id' | 'subject' | 'payload' | 'remote_id' | 'state' | 'attempt' | 'created_at'>
