import { startComparison } from '#app/store/run-starts.ts'
import { runStepped } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Starts a comparison of all customers, if the audience or the mapping was changed since the last one, or identifiers are still to be sent,
 * and no run is open. Returns whether it started one.
 */
export async function startDueComparison({ shop, policy, clock }: ShopTurn): Promise<boolean> {
  if (!policy.comparisonRequested) return false
  const run = await startComparison(shop, clock())
  if (run) runStepped({ shop, run: run.id, kind: 'reconcile', state: 'queued', why: run.trigger })
  return run !== null
}
