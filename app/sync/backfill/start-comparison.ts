import { startComparison } from '#app/store/run-starts.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { runStepped } from '../events.ts'

/**
 * Compares all customers, if who or what is sent was changed since they were last, or identifiers are still to be sent, and no run is open.
 * Returns whether it started to.
 */
export async function compareAsAsked({ shop, connection, clock }: Conducting): Promise<boolean> {
  if (!connection.comparisonAsked) return false
  const run = await startComparison(shop, clock())
  if (run) runStepped({ shop, run: run.id, kind: 'reconcile', state: 'queued', why: run.trigger })
  return run !== null
}
