import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import { wakeShops } from '#app/queue/sync-queue.ts'
import { databaseNow } from '#app/store/clock.ts'
import { listIdleShops } from '#app/store/shop-leases.ts'
import { wakeFailed } from '../events.ts'

const BETWEEN_WAKES_MS = 20

/** With where the trace of the change is for which the shop is woken; null if it is not traced. */
const toWake = new Map<ShopDomain, string | null>()
let waking = false

/**
 * Wakes a worker for each of these shops, within milliseconds and without being awaited. Shops that a worker is working on are skipped: it
 * looks for new work before it ends its turn. If a wake-up fails, the sweep finds the shop within a minute.
 */
export function wakeSoon(shops: Iterable<ShopDomain>, traces: ReadonlyMap<ShopDomain, string> = new Map()): void {
  for (const shop of shops) toWake.set(shop, toWake.get(shop) ?? traces.get(shop) ?? null)
  if (!waking) void wakeAll()
}

async function wakeAll(): Promise<void> {
  waking = true
  while (toWake.size > 0) {
    const shops = [...toWake.keys()]
    const traces = new Map([...toWake].flatMap(([shop, trace]) => (trace ? [[shop, trace] as const] : [])))
    toWake.clear()
    try {
      await wakeShops(await listIdleShops(shops, databaseNow()), 'live', traces)
    } catch (error) {
      wakeFailed(error)
    }
    await wait(BETWEEN_WAKES_MS)
  }
  waking = false
}
