import type { ShopDomain } from '#app/core/ids.ts'
import { isUuid } from '#app/core/ids.ts'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import { cancelRunByHand, findRun } from '#app/store/sync-runs.ts'
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
  runStepped({ shop, run: id, kind: run.kind, state: 'cancelled', why: 'cancelled_by_hand' })
  wakeSoon([shop])
  return { kind: 'cancelled' }
}
