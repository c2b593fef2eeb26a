import { isUuid, type ShopDomain } from '#app/core/ids.ts'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import { cancelBulkOperation } from '#app/shopify/bulk-operations.ts'
import { allowFullRunAgain, cancelRunByHand, findRun } from '#app/store/sync-runs.ts'
import { runStepped } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/** Cancels a run, open or paused. What was delivered stays delivered; a batch that has been started is finished and counted. */
export async function cancelRun(
  shop: ShopDomain,
  { run: id, by, now }: { run: string; by: string | null; now: Date },
): Promise<RunCancel> {
  const run = isUuid(id) ? await findRun(shop, id) : null
  if (!run) return { kind: 'over' }
  if (run.kind === 'catch_up') return { kind: 'not_cancellable' }
  if (!(await cancelRunByHand(shop, { id, by, now }))) return { kind: 'over' }
  await allowFullRunAgain(shop, id)
  runStepped({ shop, run: id, kind: run.kind, state: 'cancelled', why: 'cancelled_by_hand' })
  // An app may run five operations at once in a shop, so one that is not needed any more is cancelled. If that fails, it ends by itself.
  if (run.bulkOperation && run.byteOffset === 0) await cancelBulkOperation(shop, run.bulkOperation)
  wakeSoon([shop])
  return { kind: 'cancelled' }
}
