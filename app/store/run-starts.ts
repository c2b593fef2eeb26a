import { randomUUID } from 'node:crypto'
import { FULL_SYNC_EVERY_MS, REFILL_AFTER_MS } from '#app/core/flow/full-sync-throttle.ts'
import { openRunStates } from '#app/core/flow/sync-run-state.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { SyncRunTrigger } from '#app/core/report/sync-card.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { deleteEndedSnapshots } from './memberships.ts'

/**
 * Starts a full run. One statement decides, so that only one of two clicks starts one. By hand at most once an hour; `always` ignores that
 * limit and restarts the hour. An open run that reads no more than this one would is superseded. Nothing starts unless the integration is
 * on. What waited for the first run waits no more, and as this run reads every customer by the current settings, no comparison that was
 * requested meanwhile follows it. Returns the run's id, or null if none was started.
 */
export async function startFullRun(
  shop: ShopDomain,
  start: { trigger: SyncRunTrigger; by: string | null; always: boolean; now: Date },
  on: Sql,
): Promise<string | null> {
  const { now } = start
  const [row] = await rowsOf<Pick<rows.sync_run, 'id'>>(
    sql`
    with allowed as (
      update shop s set full_sync_started_at = ${now}, future_since = null, start_at = null,
        comparison_asked_at = case when s.start_at is null then s.comparison_asked_at end
      where s.domain = ${shop} and s.uninstalled_at is null and s.status = 'on'
        and (${start.always} or s.full_sync_started_at is null or s.full_sync_started_at <= ${new Date(now.getTime() - FULL_SYNC_EVERY_MS)})
        and exists (select 1 from connection c where c.shop = s.domain and c.refused_at is null)
        and not exists (select 1 from sync_run r
          where r.shop = s.domain and r.kind in ('full', 'baseline') and r.state = any(${openRunStates}::text[]))
      returning s.domain
    ), superseded as (
      update sync_run r set state = 'cancelled', finished_at = ${now}, failure = 'superseded'
      from allowed where r.shop = ${shop} and r.shop = allowed.domain and r.state = any(${openRunStates}::text[]) returning r.id
    )
    insert into sync_run (id, shop, kind, trigger, state, started_by, requested_at, progress_at, not_before)
    select ${randomUUID()}::uuid, domain, 'full', ${start.trigger}, 'queued', ${start.by}, ${now}, ${now}, ${now}
    from allowed cross join (select count(*) from superseded) as first
    returning id`,
    on,
  )
  if (row) await deleteEndedSnapshots(shop, on)
  return row?.id ?? null
}

/** Whether the shop waits for its first run to be started: by the merchant, or (`due`) by itself. Locks its row until the transaction ends. */
export async function holdWaitingShop(
  shop: ShopDomain,
  { when, now }: { when: 'pressed' | 'due'; now: Date },
  on: Sql,
): Promise<boolean> {
  const waiting = await rowsOf(
    sql`
    select 1 from shop where domain = ${shop} and start_at is not null and (${when === 'pressed'} or start_at <= ${now}) for update`,
    on,
  )
  return waiting.length > 0
}

/** Saves when the first run starts by itself; null if none waits to be started. */
export async function saveStartAt(shop: ShopDomain, startAt: Date | null, on: Sql): Promise<void> {
  await execute(
    sql`update shop set start_at = ${startAt} where domain = ${shop} and start_at is distinct from ${startAt}`,
    on,
  )
}

/**
 * Returns when a full run starts by itself to fill the shop's account. Null if a run has finished there, if one is open, if nothing is to
 * be sent, or if the merchant cancelled the last one.
 */
export async function findRefillAt(shop: ShopDomain): Promise<Date | null> {
  const [row] = await rowsOf<{ ended_at: Date }>(
    sql`
    select coalesce(r.finished_at, s.installed_at) as ended_at
    from shop s join connection c on c.shop = s.domain and c.refused_at is null
    left join lateral (
      select l.finished_at, l.failure from sync_run l where l.shop = ${shop} and l.kind in ('full', 'baseline')
      order by l.requested_at desc limit 1) r on true
    where s.domain = ${shop} and s.uninstalled_at is null and s.status = 'on' and s.start_at is null and s.filled_at is null and s.future_since is null
      and r.failure is distinct from 'cancelled_by_hand'
      and not exists (select 1 from sync_run o where o.shop = s.domain and o.state = any(${openRunStates}::text[]))`,
    autocommit,
  )
  return row ? new Date(row.ended_at.getTime() + REFILL_AFTER_MS) : null
}

/** Starts a run that records what exists already. The caller has locked the shop and ended the open run. */
export async function startBaselineRun(
  shop: ShopDomain,
  { by, now }: { by: string | null; now: Date },
  on: Sql,
): Promise<string> {
  const id = randomUUID()
  await execute(
    sql`
    insert into sync_run (id, shop, kind, trigger, state, started_by, requested_at, since, progress_at, not_before)
    values (${id}::uuid, ${shop}, 'baseline', 'switched_on', 'queued', ${by}, ${now}, ${now}, ${now}, ${now})`,
    on,
  )
  return id
}

/**
 * Starts the nightly comparison if it is due, and saves when the next one is. It is skipped while a run is open that reads every customer
 * anyway; a catch-up is superseded. After a baseline that did not finish, another baseline from the same instant on is started instead.
 * Returns the run's id, or null if none was started.
 */
export async function startReconcileRun(
  shop: ShopDomain,
  { next, now }: { next: Date; now: Date },
  on: Sql,
): Promise<string | null> {
  const [row] = await rowsOf<Pick<rows.sync_run, 'id'>>(
    sql`
    with due as (
      update shop s set next_reconcile_at = ${next}
      where s.domain = ${shop} and s.uninstalled_at is null and s.status = 'on' and (s.nightly_reconcile or s.future_since is not null)
        and s.next_reconcile_at <= ${now}
      returning s.domain, s.future_since
    ), allowed as (
      select domain, future_since from due where exists (select 1 from connection c where c.shop = due.domain and c.refused_at is null)
        and not exists (select 1 from sync_run r
          where r.shop = due.domain and r.kind <> 'catch_up' and r.state = any(${openRunStates}::text[]))
    ), superseded as (
      update sync_run r set state = 'cancelled', finished_at = ${now}, failure = 'superseded'
      from allowed where r.shop = ${shop} and r.shop = allowed.domain and r.state = any(${openRunStates}::text[]) returning r.id
    )
    insert into sync_run (id, shop, kind, trigger, state, requested_at, since, progress_at, not_before)
    select ${randomUUID()}::uuid, domain, case when future_since is null then 'reconcile' else 'baseline' end, 'nightly', 'queued',
      ${now}, future_since, ${now}, ${now}
    from allowed cross join (select count(*) from superseded) as first
    returning id`,
    on,
  )
  if (row) await deleteEndedSnapshots(shop, on)
  return row?.id ?? null
}

/**
 * Starts the comparison requested by a change of the settings, or for identifiers that imports left out. Does nothing while a run is open:
 * that run may have read customers under the previous settings, so this one follows it. Identifiers wait until the Klaviyo ids of imports
 * are known. Does not affect the nightly comparison or the hourly limit on full runs. Returns null if none was started.
 */
export async function startComparison(
  shop: ShopDomain,
  now: Date,
): Promise<{ id: string; trigger: SyncRunTrigger } | null> {
  const [row] = await rowsOf<Pick<rows.sync_run, 'id' | 'trigger'>>(
    sql`
    with asked as (
      select s.domain, case when s.comparison_asked_at <= ${now} then 'settings_changed' else 'identifiers' end as trigger
      from shop s where s.domain = ${shop} and s.uninstalled_at is null and s.status = 'on' and s.future_since is null
        and (s.comparison_asked_at <= ${now} or (
          s.identifiers_asked_at <= ${now} and not exists (select 1 from outbox o where o.shop = ${shop} and o.kind = 'fetch_ids')))
        and exists (select 1 from connection c where c.shop = s.domain and c.refused_at is null)
        and not exists (select 1 from sync_run r where r.shop = s.domain and r.state = any(${openRunStates}::text[]))
      for update of s
    ), begun as (
      update shop s set comparison_asked_at = null, identifiers_asked_at = null from asked where s.domain = ${shop} and s.domain = asked.domain
      returning s.domain
    )
    insert into sync_run (id, shop, kind, trigger, state, requested_at, progress_at, not_before)
    select ${randomUUID()}::uuid, asked.domain, 'reconcile', asked.trigger, 'queued', ${now}, ${now}, ${now}
    from asked join begun using (domain)
    returning id, trigger`,
    autocommit,
  )
  return row ? { id: row.id, trigger: row.trigger as SyncRunTrigger } : null
}

/** Starts a catch-up over the customers that `search` finds (null: all), unless a run is open. Returns whether it was started. */
export async function startCatchUpRun(shop: ShopDomain, search: string | null, now: Date): Promise<boolean> {
  const started = await execute(
    sql`
    insert into sync_run (id, shop, kind, trigger, state, search, requested_at, progress_at, not_before)
    values (${randomUUID()}::uuid, ${shop}, 'catch_up', 'storm', 'queued', ${search}, ${now}, ${now}, ${now})
    on conflict do nothing`,
    autocommit,
  )
  return started === 1
}
