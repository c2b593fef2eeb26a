import { autocommit, hasCitus, rowsOf, type Statement, sql } from './database.ts'
import { countShopifyTroubles } from './shopify-troubles.ts'

/** How long one look may take. */
const LOOK_MS = 5_000

/** One number about all shops together. `a` and `b` say of what. */
export interface FleetNumber {
  readonly name: 'due' | 'lag' | 'runs' | 'stalled' | 'outbox' | 'alerts' | 'refused'
  readonly a: string
  readonly b: string
  readonly value: number
}

/**
 * Reads how all shops together are doing: `due` shops with changes that could be sent, `lag` by quantile (for how many seconds the oldest
 * due change of a shop has been due), `runs` by kind and state, for how many seconds the run that made progress the longest ago is
 * `stalled`, requests in the `outbox` by kind, and open `alerts` by cause, and shops that are `refused` by
 * Shopify, by reason.
 */
export async function readFleetState(now: Date): Promise<FleetNumber[]> {
  const statements = [hasCitus ? lagOnCitus(now) : lag(now), others(now)]
  const found: FleetNumber[] = []
  for (const statement of statements)
    found.push(...(await rowsOf<FleetNumber>({ ...statement, deadlineMs: LOOK_MS }, autocommit)))
  for (const [why, shops] of await countShopifyTroubles()) found.push({ name: 'refused', a: why, b: '', value: shops })
  return found
}

/**
 * A step of the index for each shop that has changes, however many it has ("loose index scan"). Shops that are to get only future changes
 * are left out: changes from before are held, and their age says nothing.
 */
function lag(now: Date): Statement {
  return sql`
    with recursive marked as (
      (select d.shop, d.not_before from dirty_customer d order by d.shop, d.not_before limit 1)
      union all
      select n.shop, n.not_before from marked m cross join lateral (
        select d.shop, d.not_before from dirty_customer d where d.shop > m.shop order by d.shop, d.not_before limit 1) as n
    ), due as (
      select extract(epoch from ${now}::timestamptz - m.not_before)::float8 as age
      from marked m join shop s on s.domain = m.shop join connection c on c.shop = m.shop
      where m.not_before <= ${now} and s.status = 'on' and s.uninstalled_at is null and s.start_at is null and s.future_since is null
        and c.refused_at is null
    )
    select 'due' as name, '' as a, '' as b, count(*)::float8 as value from due
    union all select 'lag', q::text, '', coalesce((select percentile_cont(q) within group (order by age) from due), 0)
    from unnest(array[0.5, 0.95, 1]::float8[]) as q`
}

/** Citus refuses recursion over several servers: each looks for the first change of each of its shops. */
function lagOnCitus(now: Date): Statement {
  return sql`
    with due as (
      select extract(epoch from ${now}::timestamptz - min(d.not_before))::float8 as age
      from shop s join connection c on c.shop = s.domain join dirty_customer d on d.shop = s.domain
      where d.not_before <= ${now} and s.status = 'on' and s.uninstalled_at is null and s.start_at is null and s.future_since is null
        and c.refused_at is null
      group by s.domain
    )
    select 'due' as name, '' as a, '' as b, count(*)::float8 as value from due
    union all select 'lag', '0.5', '', coalesce(percentile_cont(0.5) within group (order by age), 0) from due
    union all select 'lag', '0.95', '', coalesce(percentile_cont(0.95) within group (order by age), 0) from due
    union all select 'lag', '1', '', coalesce(max(age), 0) from due`
}

/** Of the outbox no more than fifty thousand requests are counted. */
function others(now: Date): Statement {
  return sql`
    select 'runs' as name, kind as a, state as b, count(*)::float8 as value from sync_run
    where state in ('queued', 'reading', 'delivering', 'paused') group by kind, state
    union all select 'stalled', '', '', coalesce(max(extract(epoch from ${now}::timestamptz - r.progress_at)), 0)::float8
    from sync_run r join shop s on s.domain = r.shop join connection c on c.shop = r.shop
    where r.state in ('queued', 'reading', 'delivering') and r.check_state is distinct from 'held'
      and s.uninstalled_at is null and s.status = 'on' and s.start_at is null and c.refused_at is null
      and coalesce(s.shopify_trouble, 'fields_withheld') = 'fields_withheld'
    union all select 'outbox', kind, '', count(*)::float8 from (select kind from outbox limit 50000) as counted group by kind
    union all select 'alerts', cause, '', count(*)::float8 from alert where over_at is null group by cause`
}
