import { wakeShops, workOnShops, workOnSweeps } from '#app/queue/conduct-queue.ts'
import { listNextWork } from '#app/store/conductors.ts'
import { dropFlowActionRuns } from '#app/store/flow-action-runs.ts'
import { dropSyncedMinutes } from '#app/store/profile-counts.ts'
import { dropLeftGatherings } from '#app/store/standings.ts'
import { dropUnaskedIdentifiers } from '#app/store/tombstones.ts'
import { conductShop } from '#app/sync/conduct/conduct-shop.ts'
import { conductFailed, sweepFailed } from '#app/sync/events.ts'
import { RestingShops } from './resting-shops.ts'

const HOUR_MS = 60 * 60_000
const KEEP_SYNCED_MINUTES_MS = 25 * HOUR_MS
const KEEP_FLOW_RUNS_MS = 7 * 24 * HOUR_MS
const KEEP_GATHERINGS_MS = 60 * 60_000
/** Within which a redaction is to be carried out. https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance */
const KEEP_IDENTIFIERS_MS = 30 * 24 * HOUR_MS
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

/** Finds every shop with open work, whoever forgot to wake it, and drops what nobody asks for any more. */
async function sweep(resting: RestingShops): Promise<void> {
  try {
    for (const { shop, at, conductedUntil } of await listNextWork(null, new Date())) {
      resting.wakeAt(shop, conductedUntil && conductedUntil > at ? conductedUntil : at)
    }
    const now = Date.now()
    await dropSyncedMinutes(new Date(now - KEEP_SYNCED_MINUTES_MS))
    await dropFlowActionRuns(new Date(now - KEEP_FLOW_RUNS_MS))
    await dropUnaskedIdentifiers(new Date(now - KEEP_IDENTIFIERS_MS))
    await dropLeftGatherings(new Date(now - KEEP_GATHERINGS_MS))
  } catch (error) {
    sweepFailed(error)
  }
}
