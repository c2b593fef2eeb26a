import type { ShopDomain } from '#app/core/ids.ts'
import type { LoyaltyChoice } from '#app/core/profile/loyalty.ts'
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
    sql`update shop set loyalty = ${JSON.stringify(choice)}::jsonb, loyalty_changed_at = ${now}, loyalty_refused_at = null,
          loyalty_retry_at = null, loyalty_dropped = 0, settings_version = settings_version + 1,
          comparison_asked_at = case when ${compares} then ${now}::timestamptz else comparison_asked_at end
        where domain = ${shop}`,
    on,
  )
}

/**
 * Records that the key lacks permission to record events: they wait until `retryAt`, or for another key. Returns whether that was not
 * known.
 */
export async function refuseEvents(shop: ShopDomain, { now, retryAt }: { now: Date; retryAt: Date }): Promise<boolean> {
  const refused = await execute(
    sql`update shop set loyalty_refused_at = ${now}, loyalty_retry_at = ${retryAt} where domain = ${shop} and loyalty_refused_at is null`,
  )
  if (refused === 0) await execute(sql`update shop set loyalty_retry_at = ${retryAt} where domain = ${shop}`)
  return refused === 1
}

/** Records that the key may record events, or that it is another key: waiting events are sent. */
export async function allowEvents(shop: ShopDomain, on?: Sql): Promise<void> {
  await execute(
    sql`update shop set loyalty_refused_at = null, loyalty_retry_at = null where domain = ${shop} and loyalty_refused_at is not null`,
    on,
  )
}
