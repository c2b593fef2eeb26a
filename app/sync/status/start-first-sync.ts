import type { ShopDomain } from '#app/core/ids.ts'
import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { holdWaitingShop, startFullRun } from '#app/store/run-starts.ts'
import { runStepped } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'
import { startFullSync } from './start-full-sync.ts'

/**
 * Starts the first sync of a shop whose merchant chose first. If none waits to be started, it is a full sync as it is started by hand.
 * Returns the run's id, or why none was started.
 */
export async function startFirstSync(
  shop: ShopDomain,
  { by, now }: { by: string | null; now: Date },
): Promise<FullSyncStart> {
  const runId = await transaction(async (on) => {
    if (!(await holdWaitingShop(shop, { when: 'pressed', now }, on))) return null
    return startFullRun(shop, { trigger: 'connecting', by, always: true, now }, on)
  }, WHOLE_SHOP)
  if (!runId) return startFullSync(shop, { trigger: 'by_hand', by, now })
  runStepped({ shop, run: runId, kind: 'full', state: 'queued', why: 'connecting' })
  wakeSoon([shop])
  return { kind: 'started', runId }
}
