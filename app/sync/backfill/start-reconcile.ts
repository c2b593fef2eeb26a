import { after } from '#app/core/flow/instants.ts'
import { nextNightly } from '#app/core/flow/nightly.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { scheduleReconcile } from '#app/store/integration.ts'
import { startReconcileRun } from '#app/store/run-starts.ts'
import { findShop } from '#app/store/shops.ts'
import { runStepped } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** A shop that was just connected or turned on is read anyway. */
const FIRST_NIGHT_AFTER_MS = 60 * 60_000

/** Starts the nightly comparison when it is due, and plans the next one. Returns whether it started one. */
export async function startNightlyReconcile({ shop, clock }: ShopTurn): Promise<boolean> {
  const known = await findShop(shop)
  const now = clock()
  if (!known || !(known.syncing.nightlyReconcile || known.futureSince)) return false
  if (known.nextReconcileAt && known.nextReconcileAt > now) return false
  if (!known.nextReconcileAt) {
    await scheduleReconcile(shop, nextNightly(shop, known.timeZone, after(now, FIRST_NIGHT_AFTER_MS)))
    return false
  }
  const next = nextNightly(shop, known.timeZone, now)
  const run = await transaction((on) => startReconcileRun(shop, { next, now }, on), WHOLE_SHOP)
  if (run)
    runStepped({ shop, run, kind: known.futureSince ? 'baseline' : 'reconcile', state: 'queued', why: 'nightly' })
  return run !== null
}
