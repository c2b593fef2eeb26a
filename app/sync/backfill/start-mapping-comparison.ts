import { startMappingRun } from '#app/store/sync-runs.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { runStepped } from '../events.ts'

/** Compares all customers, if what is sent was changed since they were last, and no run is open. Yields whether it started to. */
export async function compareAsMapped({ shop, connection, clock }: Conducting): Promise<boolean> {
  if (!connection.comparisonAsked) return false
  const run = await startMappingRun(shop, clock())
  if (run) runStepped({ shop, run, kind: 'reconcile', state: 'queued', why: 'mapping_changed' })
  return run !== null
}
