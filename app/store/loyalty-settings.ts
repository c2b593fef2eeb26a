import type { ShopDomain } from '#app/core/ids.ts'
import { execute, type Sql, sql } from './database.ts'

/**
 * Records that the choice of loyalty values was changed: values that were read before are not stored. Resets the count of events that were
 * given up, and whether the key may record events.
 */
export async function restartEvents(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update shop set loyalty_changed_at = ${now}, loyalty_refused_at = null, loyalty_retry_at = null, loyalty_dropped = 0
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
