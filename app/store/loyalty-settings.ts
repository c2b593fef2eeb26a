import type { ShopDomain } from '#app/core/ids.ts'
import { clearBlock } from './blocked.ts'
import { execute, type Sql, sql } from './database.ts'

/**
 * Records that the choice of loyalty values was changed: values that were read before are not stored. Resets the count of events that were
 * given up, and whether the key may record events.
 */
export async function restartEvents(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update shop set loyalty_changed_at = ${now}, loyalty_dropped = 0
        where domain = ${shop}`,
    on,
  )
  await clearBlock(shop, 'event', on)
}

/** Records that loyalty values which were read before are not to be compared with what is stored from now on. */
export async function saveLoyaltyChanged(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(sql`update shop set loyalty_changed_at = ${now} where domain = ${shop}`, on)
}

/** Counts an event that was given up. */
export async function countDropped(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`update shop set loyalty_dropped = loyalty_dropped + 1 where domain = ${shop}`, on)
}
