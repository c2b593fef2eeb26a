import { FULL_SYNC_EVERY_MS } from '#app/core/flow/full-sync-throttle.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit, transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { startFullRun } from '#app/store/run-starts.ts'
import { findShop, lockShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { runStepped } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/** Starts a full sync by hand, at most once an hour. Returns the run's id, or why none was started. */
export async function startFullSync(
  shop: ShopDomain,
  { trigger, by, now }: { trigger: 'by_hand' | 'connecting'; by: string | null; now: Date },
): Promise<FullSyncStart> {
  const runId = await transaction(async (on) => {
    // Disconnecting locks the shop, too, so it cannot happen between here and the commit.
    await lockShop(shop, on)
    return startFullRun(shop, { trigger, by, always: false, now }, on)
  }, WHOLE_SHOP)
  if (runId) {
    runStepped({ shop, run: runId, kind: 'full', state: 'queued', why: trigger })
    wakeSoon([shop])
    return { kind: 'started', runId }
  }
  const [connection, run, known] = await Promise.all([
    findConnection(shop, autocommit),
    findOpenRun(shop, autocommit),
    findShop(shop),
  ])
  if (!connection) return { kind: 'not_connected' }
  if (connection.refusedAt) return { kind: 'refused' }
  if (known?.status !== 'on') return { kind: 'off' }
  if (run?.kind === 'full' || run?.kind === 'baseline') return { kind: 'already_running' }
  return {
    kind: 'too_soon',
    againAt: known?.fullSyncStartedAt ? after(known.fullSyncStartedAt, FULL_SYNC_EVERY_MS) : now,
  }
}
