import type { DeliveryChoice } from '#app/core/flow/delivery-choice.ts'
import { type IntegrationStatus, statusesBefore } from '#app/core/flow/integration-status.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { MappingInForce } from '#app/core/profile/mapping.ts'
import type { Rules } from '#app/core/profile/rules.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'

/** Turns the integration from any status that leads to `to`. False when it stands in none of them. */
export async function turnIntegration(
  shop: ShopDomain,
  to: Exclude<IntegrationStatus, 'off'>,
  on: Sql,
): Promise<boolean> {
  const turned = await execute(
    sql`update shop set status = ${to}, settings_version = settings_version + 1, stopped_at = null,
          next_reconcile_at = case when ${to} = 'on' then null else next_reconcile_at end
        where domain = ${shop} and uninstalled_at is null and status = any(${statusesBefore(to)}::text[])`,
    on,
  )
  return turned === 1
}

/**
 * Ends turning off, once nothing of the shop is in hand: nobody else conducts it, and no import is under way that Klaviyo
 * could be asked about. An open run is paused where it is. `conductor` is who asks, null when it is none.
 */
export async function settleTurningOff(
  shop: ShopDomain,
  { conductor, now }: { conductor: string | null; now: Date },
  on?: Sql,
): Promise<boolean> {
  const [row] = await rowsOf<{ stopped: boolean }>(
    sql`
    with stopped as (
      update shop s set status = 'off', stopped_at = ${now}
      where s.domain = ${shop} and s.status = 'turning_off'
        and (s.conductor is null or s.conductor_until <= ${now} or s.conductor = ${conductor}::uuid)
        and (not exists (select 1 from import_job j where j.shop = s.domain)
          or not exists (select 1 from connection c where c.shop = s.domain and c.refused_at is null))
      returning s.domain
    ), paused as (
      update sync_run r set state = 'paused', paused_from = r.state, paced_since = null, paced_from = null, waits_for = null
      from stopped where r.shop = stopped.domain and r.state in ('queued', 'reading', 'delivering') returning r.id
    )
    select exists (select 1 from stopped) as stopped, (select count(*) from paused) as paused`,
    on,
  )
  return row?.stopped ?? false
}

/** Saves what a merchant set beside the switch. */
export async function saveIntegrationSettings(
  shop: ShopDomain,
  settings: { syncDelayMs: number; nightlyReconcile: boolean },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update shop set sync_delay_ms = ${settings.syncDelayMs}, nightly_reconcile = ${settings.nightlyReconcile},
          settings_version = settings_version + 1,
          next_reconcile_at = case when nightly_reconcile = ${settings.nightlyReconcile} then next_reconcile_at end
        where domain = ${shop}`,
    on,
  )
}

/** Saves what is sent from here on. `changedAt` is null when no profile differs for it; else a comparison is asked for. */
export async function saveShopMapping(
  shop: ShopDomain,
  { mapping, forgotten, changedAt }: MappingInForce,
  on: Sql,
): Promise<void> {
  await execute(
    sql`update shop set mapping = ${JSON.stringify(mapping)}::jsonb, mapping_forgotten = ${forgotten}::text[],
          mapping_changed_at = coalesce(${changedAt}, mapping_changed_at),
          comparison_asked_at = coalesce(${changedAt}, comparison_asked_at), settings_version = settings_version + 1
        where domain = ${shop}`,
    on,
  )
}

/** Saves who is synced from here on. `comparedFrom` asks for a comparison; null, when nothing changes for anybody, asks for none. */
export async function saveShopRules(
  shop: ShopDomain,
  { rules, comparedFrom }: { rules: Rules; comparedFrom: Date | null },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update shop set rules = ${JSON.stringify(rules)}::jsonb,
          comparison_asked_at = coalesce(${comparedFrom}, comparison_asked_at), settings_version = settings_version + 1
        where domain = ${shop}`,
    on,
  )
}

/** Saves where profiles land from here on. `comparedFrom` asks for a comparison; null asks for none. */
export async function saveShopDelivery(
  shop: ShopDomain,
  { delivery, comparedFrom }: { delivery: DeliveryChoice; comparedFrom: Date | null },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update shop set delivery = ${JSON.stringify(delivery)}::jsonb,
          comparison_asked_at = coalesce(${comparedFrom}, comparison_asked_at), settings_version = settings_version + 1
        where domain = ${shop}`,
    on,
  )
}

/** Asks for a comparison of all customers from an instant on, unless one is asked for already. */
export async function askForComparison(shop: ShopDomain, from: Date): Promise<void> {
  await execute(
    sql`update shop set comparison_asked_at = ${from} where domain = ${shop} and comparison_asked_at is null`,
  )
}

/** Asks for a run that sends what imports had to hold back until Klaviyo's ids are known, unless one is asked for already. */
export async function askForIdentifiers(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update shop set identifiers_asked_at = ${now} where domain = ${shop} and identifiers_asked_at is null`,
    on,
  )
}

/**
 * Ends a drain that began at `startedAt`: changes that came since, and those to come, wait for as long as the shop's delay. What
 * is being tried again keeps its own time.
 */
export async function saveDrained(shop: ShopDomain, { startedAt, now }: { startedAt: Date; now: Date }): Promise<void> {
  await execute(sql`
    with drained as (
      update shop set drained_at = ${now} where domain = ${shop} and sync_delay_ms > 0 returning domain, sync_delay_ms
    )
    update dirty_customer d set not_before = ${now}::timestamptz + drained.sync_delay_ms * interval '1 millisecond'
    from drained where d.shop = drained.domain and d.marked_at >= ${startedAt}
      and d.attempt = 0 and not d.confirming and d.lease is null`)
}

/** From when on changes are sent, while no baseline has come to its end; null sends all. */
export async function saveFutureSince(shop: ShopDomain, since: Date | null, on: Sql): Promise<void> {
  await execute(sql`update shop set future_since = ${since} where domain = ${shop}`, on)
}

/** Notes when a run over all customers came to its end, with which the account is filled; null when none has. */
export async function saveFilled(shop: ShopDomain, now: Date | null, on: Sql): Promise<void> {
  await execute(sql`update shop set filled_at = ${now} where domain = ${shop}`, on)
}

/** Notes when the shop's customers are next compared, if that is not known. */
export async function planReconcile(shop: ShopDomain, next: Date): Promise<void> {
  await execute(sql`update shop set next_reconcile_at = ${next} where domain = ${shop} and next_reconcile_at is null`)
}
