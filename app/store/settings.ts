import type { ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import type { LoyaltyChoices } from '#app/core/profile/loyalty.ts'
import type { LoyaltyInForce } from '#app/core/settings/loyalty.ts'
import type { MappingInForce } from '#app/core/settings/mapping.ts'
import { type Choices, type SettingName, storedChoice } from '#app/core/settings/settings.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** The choices by which a shop is synced, with what remains of earlier ones. */
export interface ChoicesInForce extends Omit<Choices, 'mapping' | 'loyalty'> {
  readonly mapping: MappingInForce
  readonly loyalty: LoyaltyInForce
}

/** The columns of a shop's row that hold the choices. */
export type ChoicesRow = Pick<
  rows.shop,
  | 'audience'
  | 'mapping'
  | 'mapping_forgotten'
  | 'mapping_changed_at'
  | 'destination'
  | 'loyalty'
  | 'loyalty_changed_at'
  | 'sync_delay_ms'
  | 'nightly_reconcile'
  | 'hourly_check'
  | 'hold_above_percent'
  | 'alerts'
>

export function toChoicesInForce(row: ChoicesRow): ChoicesInForce {
  const destination = storedChoice('destination', row.destination)
  return {
    audience: storedChoice('audience', row.audience),
    mapping: {
      sharing: destination.sharing,
      mapping: storedChoice('mapping', row.mapping),
      forgotten: row.mapping_forgotten,
      changedAt: row.mapping_changed_at,
    },
    destination,
    loyalty: { choice: storedChoice('loyalty', row.loyalty), changedAt: row.loyalty_changed_at },
    syncing: {
      syncDelayMs: row.sync_delay_ms,
      nightlyReconcile: row.nightly_reconcile,
      hourlyCheck: row.hourly_check,
      holdAbovePercent: row.hold_above_percent,
    },
    alerts: storedChoice('alerts', row.alerts),
  }
}

/**
 * Returns the choices that decide which loyalty values are stored, as they are now. They stay so until the transaction ends. Those by which
 * values were `read` are returned if they have not changed.
 */
export async function holdLoyaltyChoices(
  shop: ShopDomain,
  read: Pick<ChoicesInForce, 'mapping' | 'loyalty'>,
  on: Sql,
): Promise<LoyaltyChoices> {
  const [row] = await rowsOf<Pick<rows.shop, 'mapping' | 'loyalty'> & { same: boolean }>(
    sql`select mapping, loyalty, mapping_changed_at is not distinct from ${read.mapping.changedAt}::timestamptz
          and loyalty_changed_at is not distinct from ${read.loyalty.changedAt}::timestamptz as same
        from shop where domain = ${shop} for share`,
    on,
  )
  if (!row || row.same) return { mapping: read.mapping.mapping, loyalty: read.loyalty.choice }
  return { mapping: storedChoice('mapping', row.mapping), loyalty: storedChoice('loyalty', row.loyalty) }
}

/** Returns the choices alone. */
export function choicesOf(inForce: ChoicesInForce): Choices {
  const { audience, mapping, destination, loyalty, syncing, alerts } = inForce
  return { audience, mapping: mapping.mapping, destination, loyalty: loyalty.choice, syncing, alerts }
}

/**
 * Saves one choice, which makes every page that shows the settings out of date. Requests a comparison of all customers from `comparedFrom`
 * on; null requests none. With another nightly or hourly check, its time is scheduled anew.
 */
export async function saveChoice<Name extends SettingName>(
  shop: ShopDomain,
  name: Name,
  { choice, comparedFrom }: { choice: Choices[Name]; comparedFrom: Date | null },
  on: Sql,
): Promise<void> {
  const { syncing, ...chosen }: Partial<Choices> = { [name]: choice }
  const json = (column: keyof typeof chosen) => (chosen[column] === undefined ? null : JSON.stringify(chosen[column]))
  const nightly = syncing?.nightlyReconcile ?? null
  const hourly = syncing?.hourlyCheck ?? null
  await execute(
    sql`update shop set settings_version = settings_version + 1,
          audience = coalesce(${json('audience')}::jsonb, audience),
          mapping = coalesce(${json('mapping')}::jsonb, mapping),
          destination = coalesce(${json('destination')}::jsonb, destination),
          loyalty = coalesce(${json('loyalty')}::jsonb, loyalty),
          alerts = coalesce(${json('alerts')}::jsonb, alerts),
          sync_delay_ms = coalesce(${syncing?.syncDelayMs ?? null}::int, sync_delay_ms),
          nightly_reconcile = coalesce(${nightly}::boolean, nightly_reconcile),
          next_reconcile_at = case when nightly_reconcile = coalesce(${nightly}::boolean, nightly_reconcile) then next_reconcile_at end,
          hourly_check = coalesce(${hourly}::boolean, hourly_check),
          next_hourly_at = case when hourly_check = coalesce(${hourly}::boolean, hourly_check) then next_hourly_at end,
          hold_above_percent = case when ${syncing !== undefined} then ${syncing?.holdAbovePercent ?? null}::int else hold_above_percent end,
          comparison_asked_at = coalesce(${comparedFrom}::timestamptz, comparison_asked_at)
        where domain = ${shop}`,
    on,
  )
}

/** Saves which fields stay in Klaviyo for good, and, unless it is null, when the mapping was last changed. */
export async function saveForgottenFields(
  shop: ShopDomain,
  { forgotten, changedAt }: { forgotten: readonly FieldName[]; changedAt: Date | null },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update shop set mapping_forgotten = ${forgotten}::text[], mapping_changed_at = coalesce(${changedAt}, mapping_changed_at)
        where domain = ${shop}`,
    on,
  )
}
