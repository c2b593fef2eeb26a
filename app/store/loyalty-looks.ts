import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { HeldSource } from '#app/core/loyalty/held-sources.ts'
import type { PresetId } from '#app/core/loyalty/preset-ids.ts'
import type { SeenApp } from '#app/core/loyalty/seen-apps.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** Records what a look that began at `lookedAt` found. `heldCheckAt` is when to look again; null if nothing is held. */
export async function saveLook(
  shop: ShopDomain,
  look: { seen: readonly SeenApp[]; held: readonly HeldSource[]; lookedAt: Date; heldCheckAt: Date | null },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update shop set loyalty_apps_seen = ${JSON.stringify(look.seen)}::jsonb, held_sources = ${JSON.stringify(look.held)}::jsonb,
          loyalty_looked_at = ${look.lookedAt}, held_check_at = ${look.heldCheckAt}
        where domain = ${shop}`,
    on,
  )
}

/** Saves when to look again whether the held sources can be read. */
export async function scheduleHeldCheck(shop: ShopDomain, checkAt: Date): Promise<void> {
  await execute(sql`update shop set held_check_at = ${checkAt} where domain = ${shop}`, autocommit)
}

/** Records that the merchant does not want to read about an app that was found. */
export async function saveAppDismissed(shop: ShopDomain, app: PresetId): Promise<void> {
  await execute(
    sql`update shop set loyalty_apps_seen = (
          select jsonb_agg(case when seen->>'id' = ${app} then seen || '{"dismissed": true}' else seen end order by place)
          from jsonb_array_elements(loyalty_apps_seen) with ordinality as apps (seen, place))
        where domain = ${shop} and loyalty_apps_seen <> '[]'`,
    autocommit,
  )
}

/** Returns customers in sync whose profile was sent one of these fields; at most `upTo`. */
export async function listDeliveredWith(
  shop: ShopDomain,
  fields: readonly FieldName[],
  { upTo }: { upTo: number },
): Promise<CustomerId[]> {
  const found = await rowsOf<Pick<rows.profile, 'customer_id'>>(
    sql`select p.customer_id from field_set f join profile p on p.shop = ${shop} and p.field_set = f.id
        where f.shop = ${shop} and f.names && ${fields}::text[] and p.state = 'synced' limit ${upTo}`,
    autocommit,
  )
  return found.map((row) => row.customer_id as CustomerId)
}
