import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, hasCitus, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** How many rows are looked at, of a shop that may have millions. */
const MOST_ROWS = 10_000
const MOST_GROUPS = 200

/** What the database is. */
export async function findDatabaseVersions(): Promise<{ postgres: string; citus: boolean; migration: string }> {
  const [row] = await rowsOf<{ postgres: string; migration: string | null }>(
    sql`
    select current_setting('server_version') as postgres,
      (select migration_name from _prisma_migrations where finished_at is not null order by migration_name desc limit 1) as migration`,
    autocommit,
  )
  return { postgres: row?.postgres ?? '', citus: hasCitus, migration: row?.migration ?? '' }
}

/** Returns what Klaviyo said of customers with an issue: how often, by reason. */
export async function listIssueWords(
  shop: ShopDomain,
): Promise<{ code: string | null; words: string; customers: number }[]> {
  return rowsOf(
    sql`
    select code, words, count(*)::int as customers
    from (select code, words from profile where shop = ${shop} and state = 'issue' limit ${MOST_ROWS}) as p
    where words is not null group by 1, 2 order by 3 desc limit ${MOST_GROUPS}`,
    autocommit,
  )
}

/** Returns why fields were left out of profiles: how often, by field. */
export async function listOmissionWords(
  shop: ShopDomain,
): Promise<{ field: string; reason: string; words: string; customers: number }[]> {
  return rowsOf(
    sql`
    select o->>'field' as field, o->>'reason' as reason, coalesce(o->>'words', '') as words, count(*)::int as customers
    from (select omitted from profile where shop = ${shop} and omitted is not null limit ${MOST_ROWS}) as p
    cross join lateral jsonb_array_elements(p.omitted) as o
    group by 1, 2, 3 order by 4 desc limit ${MOST_GROUPS}`,
    autocommit,
  )
}

export interface RequestFacts {
  readonly kind: string
  readonly outcome: string
  readonly status: number | null
  readonly words: string
  readonly requests: number
  readonly last_at: Date
  readonly median_ms: number
  readonly longest_ms: number
}

/** Returns what came of the requests that carried profiles, of those that are kept. */
export async function listRequestFacts(shop: ShopDomain): Promise<RequestFacts[]> {
  return rowsOf<RequestFacts & Record<string, unknown>>(
    sql`
    select kind, outcome, status, coalesce(words, '') as words, count(*)::int as requests, max(at) as last_at,
      percentile_disc(0.5) within group (order by took_ms)::int as median_ms, max(took_ms)::int as longest_ms
    from (select kind, outcome, status, words, at, took_ms from delivery where shop = ${shop} limit ${MOST_ROWS}) as d
    group by 1, 2, 3, 4 order by 5 desc limit ${MOST_GROUPS}`,
    autocommit,
  )
}

/** Returns the newest hours in which anything happened, newest first. */
export async function listHours(shop: ShopDomain, limit: number): Promise<Omit<rows.sync_hour, 'shop'>[]> {
  return rowsOf<rows.sync_hour>(
    sql`select * from sync_hour where shop = ${shop} order by hour desc limit ${limit}`,
    autocommit,
  )
}

/** Returns the requests that are open, by kind and state. */
export async function listOpenRequests(
  shop: ShopDomain,
): Promise<{ kind: string; state: string; requests: number; oldest_at: Date; most_attempts: number }[]> {
  return rowsOf(
    sql`
    select kind, state, count(*)::int as requests, min(created_at) as oldest_at, max(attempt)::int as most_attempts
    from (select kind, state, created_at, attempt from outbox where shop = ${shop} limit ${MOST_ROWS}) as o
    group by 1, 2 order by 1, 2`,
    autocommit,
  )
}

/** Counts marks, up to 10,000. */
export async function countMarks(
  shop: ShopDomain,
  now: Date,
): Promise<{ waiting: number; leased: number; retried: number; confirming: number }> {
  const [row] = await rowsOf<{ waiting: number; leased: number; retried: number; confirming: number }>(
    sql`
    select (count(*) filter (where not confirming))::int as waiting, (count(*) filter (where leased_until > ${now}))::int as leased,
      (count(*) filter (where attempt > 0))::int as retried, (count(*) filter (where confirming))::int as confirming
    from (select confirming, leased_until, attempt from dirty_customer where shop = ${shop} limit ${MOST_ROWS}) as d`,
    autocommit,
  )
  return row!
}

/** Counts the Flow actions that were accepted in the last seven days: older ones are not kept. */
export async function countFlowRuns(shop: ShopDomain): Promise<number> {
  const [row] = await rowsOf<{ runs: number }>(
    sql`select count(*)::int as runs from (select 1 from flow_action_run where shop = ${shop} limit ${MOST_ROWS}) as f`,
    autocommit,
  )
  return row?.runs ?? 0
}

/** Returns how much of its allowance an account has used, by endpoint. */
export async function listAllowance(quota: string): Promise<Omit<rows.klaviyo_budget, 'account_id'>[]> {
  return rowsOf<rows.klaviyo_budget>(
    sql`select * from klaviyo_budget where account_id = ${quota} order by endpoint`,
    autocommit,
  )
}

/** Returns the access scopes that Shopify granted; empty before its facts were read. */
export async function findScopes(shop: ShopDomain): Promise<string[]> {
  const [row] = await rowsOf<Pick<rows.shop, 'scopes'>>(sql`select scopes from shop where domain = ${shop}`, autocommit)
  return (row?.scopes ?? '').split(',').filter((scope) => scope !== '')
}
