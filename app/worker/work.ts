import { wakeShops, workOnShops, workOnSweeps } from '#app/queue/conduct-queue.ts'
import { listNextWork } from '#app/store/conductors.ts'
import { sweepOldRows } from '#app/store/retention/sweep-old-rows.ts'
import { conductShop } from '#app/sync/conduct/conduct-shop.ts'
import { conductFailed, sweepFailed } from '#app/sync/events.ts'
import { RestingShops } from './resting-shops.ts'

const AFTER_A_FAILURE_MS = 5_000

/** Conducts the shops that are woken, until `signal` says stop. Resolves when the queue is being worked on. */
export async function startWork({ shopsAtOnce, signal }: { shopsAtOnce: number; signal: AbortSignal }): Promise<void> {
  const resting = new RestingShops(signal, (shop) => wakeShops([shop]).catch(sweepFailed))
  await workOnShops(shopsAtOnce, async (shop) => {
    if (signal.aborted) return
    resting.forget(shop)
    const next = await conductShop(shop, { clock: () => new Date(), signal }).catch((error) => {
      conductFailed(shop, error)
      return new Date(Date.now() + AFTER_A_FAILURE_MS)
    })
    if (next) resting.wakeAt(shop, next)
  })
  await workOnSweeps(() => sweep(resting))
  await sweep(resting)
}

/** Finds every shop with open work, whoever forgot to wake it, and drops what is past its time. */
async function sweep(resting: RestingShops): Promise<void> {
  try {
    for (const { shop, at, conductedUntil } of await listNextWork(null, new Date())) {
      resting.wakeAt(shop, conductedUntil && conductedUntil > at ? conductedUntil : at)
    }
    await sweepOldRows(new Date(), sweepFailed)
  } catch (error) {
    sweepFailed(error)
  }
}
