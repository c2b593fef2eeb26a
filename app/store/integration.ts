import { after } from '#app/core/flow/instants.ts'
import { type IntegrationStatus, statusesBefore } from '#app/core/flow/integration-status.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql, transaction } from './database.ts'

/** Changes the integration's status to `to`; no first run starts by itself any more. Returns false if the current status does not lead to it. */
export async function changeIntegrationStatus(
  shop: ShopDomain,
  to: Exclude<IntegrationStatus, 'off'>,
  on: Sql,
): Promise<boolean> {
  const turned = await execute(
    sql`update shop set status = ${to}, settings_version = settings_version + 1, stopped_at = null, start_at = null,
          next_reconcile_at = case when ${to} = 'on' then null else next_reconcile_at end
        where domain = ${shop} and uninstalled_at is null and status = any(${statusesBefore(to)}::text[])`,
    on,
  )
  return turned === 1
}

/**
 * Finishes turning off once no other process works on the shop and no import is running whose result could be read. An open run is paused
 * where it is. `holder` is the caller's lease on the shop; null if it has none. Returns whether the integration is off now.
 */
export async function finishTurningOff(
  shop: ShopDomain,
  { holder, now }: { holder: string | null; now: Date },
  on: Sql,
): Promise<boolean> {
  const [row] = await rowsOf<{ stopped: boolean }>(
    sql`
    with stopped as (
      update shop s set status = 'off', stopped_at = ${now}
      where s.domain = ${shop} and s.status = 'turning_off'
        and (s.lease_holder is null or s.lease_until <= ${now} or s.lease_holder = ${holder}::uuid)
        and (not exists (select 1 from outbox j where j.shop = ${shop} and j.kind in ('import', 'run_import'))
          or not exists (select 1 from connection c where c.shop = ${shop} and c.refused_at is null))
      returning s.domain
    ), paused as (
      update sync_run r set state = 'paused', paused_from = r.state, paced_since = null, paced_from = null, waits_for = null
      from stopped where r.shop = ${shop} and r.shop = stopped.domain and r.state in ('queued', 'reading', 'delivering') returning r.id
    )
    select exists (select 1 from stopped) as stopped, (select count(*) from paused) as paused`,
    on,
  )
  return row?.stopped ?? false
}

/** Requests a comparison of all customers from an instant on, unless one is already requested. */
export async function requestComparison(shop: ShopDomain, from: Date, on: Sql = autocommit): Promise<void> {
  await execute(
    sql`update shop set comparison_asked_at = ${from} where domain = ${shop} and comparison_asked_at is null`,
    on,
  )
}

/** Requests a run that sends what imports had to leave out until Klaviyo's ids are known, unless one is already requested. */
export async function requestIdentifiersRun(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update shop set identifiers_asked_at = ${now} where domain = ${shop} and identifiers_asked_at is null`,
    on,
  )
}

/**
 * Ends a drain that began at `startedAt`: changes that came since, and later ones, wait for the shop's sync delay. Retries keep their own
 * times.
 */
export async function saveDrained(shop: ShopDomain, { startedAt, now }: { startedAt: Date; now: Date }): Promise<void> {
  await transaction(async (on) => {
    const [drained] = await rowsOf<{ sync_delay_ms: number }>(
      sql`update shop set drained_at = ${now} where domain = ${shop} and sync_delay_ms > 0 returning sync_delay_ms`,
      on,
    )
    if (!drained) return
    await execute(
      sql`update dirty_customer set not_before = ${after(now, drained.sync_delay_ms)}
          where shop = ${shop} and marked_at >= ${startedAt} and attempt = 0 and not confirming and lease is null`,
      on,
    )
  })
}

/** Saves from when on changes are sent, while no baseline has finished; null sends all. */
export async function saveFutureSince(shop: ShopDomain, since: Date | null, on: Sql): Promise<void> {
  await execute(sql`update shop set future_since = ${since} where domain = ${shop}`, on)
}

/** Records when a run over all customers finished, after which the account counts as filled; null if none has. */
export async function saveFilled(shop: ShopDomain, now: Date | null, on: Sql): Promise<void> {
  await execute(sql`update shop set filled_at = ${now} where domain = ${shop}`, on)
}

/** Records when the shop's customers are next compared, if that is not recorded yet. */
export async function scheduleReconcile(shop: ShopDomain, next: Date): Promise<void> {
  await execute(
    sql`update shop set next_reconcile_at = ${next} where domain = ${shop} and next_reconcile_at is null`,
    autocommit,
  )
}
