import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { findRefillAt, startFullRun } from '#app/store/run-starts.ts'
import { findShop } from '#app/store/shops.ts'
import { runStepped } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Starts another full run for an account that has never been filled, some time after the last full run ended without finishing. Returns
 * whether it started one.
 */
export async function startRefill({ shop, clock }: ShopTurn): Promise<boolean> {
  if ((await findShop(shop))?.filledAt) return false
  const now = clock()
  const dueAt = await findRefillAt(shop)
  if (!dueAt || dueAt > now) return false
  const run = await transaction(
    (on) => startFullRun(shop, { trigger: 'never_filled', by: null, always: true, now }, on),
    WHOLE_SHOP,
  )
  if (run) runStepped({ shop, run, kind: 'full', state: 'queued', why: 'never_filled' })
  return run !== null
}
