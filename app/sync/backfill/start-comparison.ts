import { startComparison } from '#app/store/run-starts.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { runStepped } from '../events.ts'

/** Compares all customers, if who or what is sent was changed since they were last, and no run is open. Yields whether it started to. */
export async function compareAsAsked({ shop, connection, clock }: Conducting): Promise<boolean> {
  if (!connection.comparisonAsked) return false
  const run = await startComparison(shop, clock())
  if (run) runStepped({ shop, run, kind: 'reconcile', state: 'queued', why: 'settings_changed' })
  return run !== null
}
