import { after } from '#app/core/flow/instants.ts'
import { nextNightly } from '#app/core/flow/nightly.ts'
import { planReconcile } from '#app/store/integration.ts'
import { startReconcileRun } from '#app/store/run-starts.ts'
import { findShop } from '#app/store/shops.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { runStepped } from '../events.ts'

/** A shop that was just connected or turned on is being read anyway. */
const FIRST_NIGHT_AFTER_MS = 60 * 60_000

/** Starts the night's comparison when its minute has come, and finds out when the next one is. Yields whether it started one. */
export async function reconcileNightly({ shop, clock }: Conducting): Promise<boolean> {
  const known = await findShop(shop)
  const now = clock()
  if (!known || !(known.nightlyReconcile || known.futureSince)) return false
  if (known.nextReconcileAt && known.nextReconcileAt > now) return false
  if (!known.nextReconcileAt) {
    await planReconcile(shop, nextNightly(shop, known.timeZone, after(now, FIRST_NIGHT_AFTER_MS)))
    return false
  }
  const next = nextNightly(shop, known.timeZone, now)
  const run = await startReconcileRun(shop, { next, now })
  if (run)
    runStepped({ shop, run, kind: known.futureSince ? 'baseline' : 'reconcile', state: 'queued', why: 'nightly' })
  return run !== null
}
