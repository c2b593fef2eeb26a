import type { ShopDomain } from '#app/core/ids.ts'
import type { LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import { clearBlock } from './blocked.ts'
import { execute, type Sql, sql } from './database.ts'

/**
 * Saves which loyalty values are recorded as events, and resets the count of events that were given up. With `compares`, a comparison of
 * all customers is requested, to record what their profiles hold.
 */
export async function saveShopLoyalty(
  shop: ShopDomain,
  { choice, compares, now }: { choice: LoyaltyChoice; compares: boolean; now: Date },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update shop set loyalty = ${JSON.stringify(choice)}::jsonb, loyalty_changed_at = ${now}, loyalty_dropped = 0,
          settings_version = settings_version + 1,
          comparison_asked_at = case when ${compares} then ${now}::timestamptz else comparison_asked_at end
        where domain = ${shop}`,
    on,
  )
  await clearBlock(shop, 'event', on)
}

/** Counts an event that was given up. */
export async function countDropped(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`update shop set loyalty_dropped = loyalty_dropped + 1 where domain = ${shop}`, on)
}
