import { isUuid, type ShopDomain } from '#app/core/ids.ts'
import type { RunPage } from '#app/core/report/activity.ts'
import { findRun } from '#app/store/sync-runs.ts'
import { findSurroundings, runReport } from './run-report.ts'

/** A run of the shop, as its own page shows it; null when the shop has no run with this id. */
export async function loadRun(
  shop: ShopDomain,
  id: string,
  view: { viewer: string | null; now: Date },
): Promise<RunPage | null> {
  const [run, surroundings] = await Promise.all([
    isUuid(id) ? findRun(shop, id) : null,
    findSurroundings(shop, view.now),
  ])
  if (!run) return null
  const { timeZone } = surroundings
  return { asOf: view.now.toISOString(), timeZone, run: runReport(run, surroundings, view) }
}
