import { isUuid, type ShopDomain } from '#app/core/ids.ts'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import { confirmHeldRun } from '#app/store/run-checks.ts'
import { findRun } from '#app/store/sync-runs.ts'
import { runStepped } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/** Lets a held run go on. Of two members of staff who answer at once, the second is told that it does not wait any more. */
export async function confirmRun(
  shop: ShopDomain,
  { run: id, by, now }: { run: string; by: string | null; now: Date },
): Promise<RunCancel> {
  const run = isUuid(id) ? await findRun(shop, id) : null
  if (!run || !(await confirmHeldRun(shop, { id, by, now }))) return { kind: 'not_held' }
  runStepped({ shop, run: id, kind: run.kind, state: 'queued', why: 'confirmed' })
  wakeSoon([shop])
  return { kind: 'confirmed' }
}
