import { REFILL_AFTER_MS } from '#app/core/flow/full-sync-throttle.ts'
import { earliest, latest } from '#app/core/flow/instants.ts'
import type { Lane } from '#app/core/flow/lane.ts'
import { requestKinds, requestPolicies } from '#app/core/flow/outbox.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, forEachOf, hasCitus, rowsOf, type Statement, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { findBlockedAccounts, quotaOf } from './klaviyo-budgets.ts'

export type LeaseOutcome =
  | { readonly kind: 'taken'; readonly installedAt: Date }
  /** Another process holds the lease, until then unless it renews it. */
  | { readonly kind: 'held'; readonly until: Date }
  /** The app is not installed in the shop: nothing is to be done for it. */
  | { readonly kind: 'closed' }

/** Acquires the lease on the shop for one process until `until`. */
export async function acquireShopLease(
  shop: ShopDomain,
  { holder, now, until }: { holder: string; now: Date; until: Date },
): Promise<LeaseOutcome> {
  const [taken] = await rowsOf<Pick<rows.shop, 'installed_at'>>(
    sql`
    update shop set lease_holder = ${holder}::uuid, lease_until = ${until}
    where domain = ${shop} and uninstalled_at is null and (lease_until is null or lease_until <= ${now})
    returning installed_at`,
    autocommit,
  )
  if (taken) return { kind: 'taken', installedAt: taken.installed_at }
  const [row] = await rowsOf<Pick<rows.shop, 'lease_until'>>(
    sql`select lease_until from shop where domain = ${shop} and uninstalled_at is null`,
    autocommit,
  )
  return row ? { kind: 'held', until: row.lease_until ?? now } : { kind: 'closed' }
}

/** Renews the lease until `until`. Returns false if it was lost meanwhile. */
export async function renewShopLease(
  shop: ShopDomain,
  { holder, until }: { holder: string; until: Date },
): Promise<boolean> {
  const renewed = await execute(
    sql`
    update shop set lease_until = ${until} where domain = ${shop} and lease_holder = ${holder}::uuid and uninstalled_at is null`,
    autocommit,
  )
  return renewed === 1
}

export async function releaseShopLease(shop: ShopDomain, holder: string): Promise<void> {
  await execute(
    sql`update shop set lease_holder = null, lease_until = null where domain = ${shop} and lease_holder = ${holder}::uuid`,
    autocommit,
  )
}

/**
 * Returns those of these shops that no process works on and whose integration is not off, and sends already. A process checks for work once more after
 * releasing its lease, so a shop it works on needs no wake-up. The little work of a shop that is off is found by the sweep.
 */
export async function listIdleShops(shops: readonly ShopDomain[], now: Date): Promise<ShopDomain[]> {
  const found = await rowsOf<Pick<rows.shop, 'domain'>>(
    {
      name: 'list_idle_shops',
      text: `select domain from shop
      where domain = any($1::text[]) and uninstalled_at is null and status <> 'off' and start_at is null
        and (lease_until is null or lease_until <= $2)`,
      values: [shops, now],
    },
    autocommit,
  )
  return found.map((row) => row.domain as ShopDomain)
}

export interface NextWork {
  readonly shop: ShopDomain
  /** When the first work in either lane is due. */
  readonly at: Date
  readonly next: Readonly<Record<Lane, Date | null>>
  readonly leasedUntil: Date | null
}

/**
 * Returns when these shops next have work, in each lane; a shop without work is not in the list. A shop whose account must wait for Klaviyo
 * has no work before then, and one whose key is refused can only finish turning off. While the integration is off, imports and erasures
 * count as work; changes and runs do not. Before the first run has been started (start_at), the only other work is to start it, and a dry run. Some work counts only from the time it is due: the nightly comparison, the hourly check, retrying
 * a list that accepts no profiles, checking whether Shopify still withholds fields or a mapped value, and the next full run after a first
 * one that failed. Workflows of Shopify Flow that are to be started are work whatever Klaviyo answers. The next batch of a retry or of a segment is due once fewer than a hundred changes wait: whatever ends their waiting is work of its own. A comparison requested by a change of the settings is due once no run is open. Each kind of work here must have its
 * counterpart in open-work.ts.
 */
export async function listNextWork(shops: ShopDomain | readonly ShopDomain[], now: Date): Promise<NextWork[]> {
  const found = await nextWorkRows([shops].flat(), now)
  const withWork = found.filter((row) => row.live ?? row.run)
  const blocked = await findBlockedAccounts(withWork.flatMap((row) => quotaIn(row) ?? []))
  return found.flatMap((row) => {
    const blockedUntil = blocked.get(quotaIn(row) ?? '') ?? null
    const live = earliest(earliest(row.stops, row.workflows), row.live && latest(row.live, blockedUntil))
    const run = row.run && latest(row.run, blockedUntil)
    const at = earliest(live, run)
    return at ? { shop: row.domain as ShopDomain, at, next: { live, run }, leasedUntil: row.lease_until } : []
  })
}

async function nextWorkRows(shops: readonly ShopDomain[], now: Date): Promise<NextWorkRow[]> {
  const statements = shops.map((shop) => nextWorkStatement(shop, now))
  const asked = hasCitus || shops.length < 2 ? statements : [forEachOf(shops, statements[0]!)]
  const found: NextWorkRow[] = []
  for (const statement of asked) found.push(...(await rowsOf<NextWorkRow>(statement, autocommit)))
  return found
}

/** Prepared, because planning takes longer than running. */
function nextWorkStatement(shop: ShopDomain, now: Date): Statement {
  const policies = requestKinds.map((kind) => requestPolicies[kind])
  return {
    name: 'list_next_work',
    text: `
    select s.domain, s.lease_until,
      case when s.status = 'turning_off' and (c.shop is null or not exists (
          select 1 from outbox j where j.shop = $1 and j.kind in ('import', 'run_import')))
        then $2::timestamptz end as stops,
      case when c.shop is not null then least(
        case when w.syncs then (
          select case when free.at <= $2 then free.at else least(free.at, (
            select min(d.leased_until) from dirty_customer d
            where d.shop = $1 and d.not_before <= $2 and d.leased_until > $2
              and (s.future_since is null or d.marked_at >= s.future_since) and not exists (
                select 1 from profile p
                where p.shop = d.shop and p.customer_id = d.customer_id
                  and p.request = any (array(select j.id from outbox j where j.shop = $1 and j.kind in ('import', 'run_import'))))
              and not exists (
                select 1 from outbox o where o.shop = d.shop and o.holds <> '{}' and d.customer_id = any(o.holds)))) end
          from (select (
            select greatest(d.not_before, d.leased_until) from dirty_customer d
            where d.shop = $1 and (d.leased_until is null or d.leased_until <= $2)
              and (s.future_since is null or d.marked_at >= s.future_since) and not exists (
                select 1 from profile p
                where p.shop = d.shop and p.customer_id = d.customer_id
                  and p.request = any (array(select j.id from outbox j where j.shop = $1 and j.kind in ('import', 'run_import'))))
              and not exists (
                select 1 from outbox o where o.shop = d.shop and o.holds <> '{}' and d.customer_id = any(o.holds))
            order by d.not_before limit 1) as at offset 0) as free) end,
        case when w.syncs and s.destination->'list'->>'id' is not null
          and (list_block.reason is null or list_block.until <= $2) and exists (
            select 1 from profile p where p.shop = $1 and p.list_change in ('join', 'leave') and p.klaviyo_id is not null)
          then greatest(list_block.until, $2::timestamptz) end,
        case when w.syncs and s.withheld_check_at <= $2 then $2::timestamptz end,
        requests.live
      ) end as live,
      case when c.shop is not null then least(
        requests.run,
        case when s.status = 'on' then s.start_at end,
        case when w.syncs then
          (select min(r.not_before) from sync_run r where r.shop = $1 and r.state in ('queued', 'reading', 'delivering')) end,
        case when s.status = 'on' and not exists (
            select 1 from sync_run r where r.shop = $1 and r.state in ('queued', 'reading', 'delivering', 'paused'))
          then (select d.not_before from dry_run d where d.shop = $1 and d.state in ('queued', 'reading')) end,
        case when w.syncs and (s.nightly_reconcile or s.future_since is not null)
          and coalesce(s.next_reconcile_at, s.installed_at) <= $2
          then $2::timestamptz end,
        case when w.syncs and s.hourly_check and s.filled_at is not null and s.future_since is null
          and coalesce(s.next_hourly_at, s.installed_at) <= $2
          then $2::timestamptz end,
        case when w.syncs and s.future_since is null and s.comparison_asked_at is not null and not exists (
            select 1 from sync_run r where r.shop = $1 and r.state in ('queued', 'reading', 'delivering', 'paused'))
          then greatest(s.comparison_asked_at, $2::timestamptz) end,
        case when w.syncs and s.filled_at is null and s.future_since is null
          and not exists (select 1 from sync_run r where r.shop = $1 and r.state in ('queued', 'reading', 'delivering', 'paused'))
          and coalesce((
            select case when r.failure = 'cancelled_by_hand' then 'infinity' else r.finished_at end from sync_run r
            where r.shop = $1 and r.kind in ('full', 'baseline') order by r.requested_at desc limit 1), s.installed_at)
            <= $3
          then $2::timestamptz end,
        case when w.syncs and s.future_since is null and s.identifiers_asked_at is not null and not exists (
            select 1 from sync_run r where r.shop = $1 and r.state in ('queued', 'reading', 'delivering', 'paused'))
            and not exists (select 1 from outbox o where o.shop = $1 and o.kind = 'fetch_ids')
          then $2::timestamptz end,
        case when w.syncs and s.held_check_at <= $2 then $2::timestamptz end,
        case when w.syncs and not exists (select 1 from dirty_customer d where d.shop = $1 and not d.confirming offset 99 limit 1) then
          (select min(g.not_before) from segment_sync g where g.shop = $1) end,
        case when w.syncs then (
          select min(l.not_before) from segment_list l
          where l.shop = $1 and l.stopped_at is null and (l.phase <> 'resting' or l.not_before <= $2)) end,
        case when w.syncs then (select b.not_before from read_back b where b.shop = $1 and b.ended_at is null) end,
        case when w.syncs and exists (select 1 from reason_retry t where t.shop = $1) and not exists (
            select 1 from dirty_customer d where d.shop = $1 and not d.confirming offset 99 limit 1) then $2::timestamptz end
      ) end as run,
      (select min(f.not_before) from flow_trigger_request f where f.shop = $1) as workflows,
      c.account_id, c.kind
    from shop s cross join lateral (select s.status = 'on' and s.start_at is null as syncs) as w
    left join lateral (
      select * from connection where shop = $1 and refused_at is null offset 0) as c on true
    left join blocked list_block on list_block.shop = $1 and list_block.kind = 'list'
    left join lateral (
      select min(greatest(first.at, b.until)) filter (where k.lane = 'live') as live, min(greatest(first.at, b.until)) filter (where k.lane = 'run') as run
      from unnest($4::text[], $5::text[], $6::boolean[])
        as k (kind, lane, while_off)
      left join blocked b on b.shop = $1 and b.kind = k.kind
      cross join lateral (
        select o.not_before as at from outbox o
        where o.shop = $1 and o.kind = k.kind and (o.account_id is null or o.account_id = c.account_id) and not exists (
          select 1 from outbox e where e.shop = o.shop and e.kind = o.kind and e.subject = o.subject and e.created_at < o.created_at)
        order by o.not_before limit 1) as first
      where w.syncs or k.while_off) as requests on true
    where s.uninstalled_at is null and s.domain = $1`,
    values: [
      shop,
      now,
      new Date(now.getTime() - REFILL_AFTER_MS),
      requestKinds,
      policies.map(({ lane }) => lane),
      policies.map(({ whileOff }) => whileOff),
    ],
  }
}

interface NextWorkRow extends Pick<rows.shop, 'domain' | 'lease_until'> {
  stops: Date | null
  live: Date | null
  run: Date | null
  workflows: Date | null
  account_id: string | null
  kind: string | null
}

/** Whose allowance the shop's calls use; null if it has no connection. */
function quotaIn({ account_id: accountId, kind }: NextWorkRow): string | null {
  return accountId && kind && quotaOf({ accountId, kind })
}
