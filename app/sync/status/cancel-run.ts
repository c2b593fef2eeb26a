import { isUuid, type ShopDomain } from '#app/core/ids.ts'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import { cancelBulkOperation } from '#app/shopify/bulk-operations.ts'
import { cancelRunByHand, findRun, giveHourBack } from '#app/store/sync-runs.ts'
import { runStepped } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/** Ends a run, open or paused. What was delivered stays delivered; the batch in hand is finished and counted. */
export async function cancelRun(
  shop: ShopDomain,
  { run: id, by, now }: { run: string; by: string | null; now: Date },
): Promise<RunCancel> {
  const run = isUuid(id) ? await findRun(shop, id) : null
  if (!run) return { kind: 'over' }
  if (run.kind === 'catch_up') return { kind: 'not_cancellable' }
  if (!(await cancelRunByHand(shop, { id, by, now }))) return { kind: 'over' }
  await giveHourBack(shop, id)
  runStepped({ shop, run: id, kind: run.kind, state: 'cancelled', why: 'cancelled_by_hand' })
  // A shop has room for five operations of ours: one that nobody waits for must not take it. If Shopify does not hear, it ends by itself.
  if (run.bulkOperation && run.byteOffset === 0) await cancelBulkOperation(shop, run.bulkOperation)
  wakeSoon([shop])
  return { kind: 'cancelled' }
}
