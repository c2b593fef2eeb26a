import type { ShopDomain } from '#app/core/ids.ts'
import type { LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import { execute, type Sql, sql } from './database.ts'

/**
 * Saves which loyalty values are told of from here on, and forgets what was given up before. With `compares` all customers are to be
 * compared, so that what their profiles hold is known.
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

/** The key may not record events: they wait until `retryAt`, or for another key. Yields whether that is news. */
export async function refuseEvents(shop: ShopDomain, { now, retryAt }: { now: Date; retryAt: Date }): Promise<boolean> {
  const refused = await execute(
    sql`update shop set loyalty_refused_at = ${now}, loyalty_retry_at = ${retryAt} where domain = ${shop} and loyalty_refused_at is null`,
  )
  if (refused === 0) await execute(sql`update shop set loyalty_retry_at = ${retryAt} where domain = ${shop}`)
  return refused === 1
}

/** The key may record events, or it is another one: what waited is sent. */
export async function allowEvents(shop: ShopDomain, on?: Sql): Promise<void> {
  await execute(
    sql`update shop set loyalty_refused_at = null, loyalty_retry_at = null where domain = ${shop} and loyalty_refused_at is not null`,
    on,
  )
}
