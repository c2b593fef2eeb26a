import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import { wakeShops } from '#app/queue/conduct-queue.ts'
import { databaseNow } from '#app/store/clock.ts'
import { listIdleShops } from '#app/store/conductors.ts'
import { wakeFailed } from '../events.ts'

const BETWEEN_WAKES_MS = 20

const toWake = new Set<ShopDomain>()
let waking = false

/**
 * Wakes the conductors of these shops, shortly and not awaited. Shops that are being conducted need none: their conductor
 * looks once more when it is done. A wake that fails is made up for by the sweep.
 */
export function wakeSoon(shops: Iterable<ShopDomain>): void {
  for (const shop of shops) toWake.add(shop)
  if (!waking) void wakeAll()
}

async function wakeAll(): Promise<void> {
  waking = true
  while (toWake.size > 0) {
    const shops = [...toWake]
    toWake.clear()
    try {
      await wakeShops(await listIdleShops(shops, databaseNow()))
    } catch (error) {
      wakeFailed(error)
    }
    await wait(BETWEEN_WAKES_MS)
  }
  waking = false
}
