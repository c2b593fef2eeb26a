import { findRefillAt, startFullRun } from '#app/store/run-starts.ts'
import { findShop } from '#app/store/shops.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { runStepped } from '../events.ts'

/**
 * Starts a full run again in an account that was never filled, a while after the last one ended without coming to its end. Yields
 * whether it did.
 */
export async function refill({ shop, clock }: Conducting): Promise<boolean> {
  if ((await findShop(shop))?.filledAt) return false
  const now = clock()
  const dueAt = await findRefillAt(shop)
  if (!dueAt || dueAt > now) return false
  const run = await startFullRun(shop, { trigger: 'never_filled', by: null, always: true, now })
  if (run) runStepped({ shop, run, kind: 'full', state: 'queued', why: 'never_filled' })
  return run !== null
}
