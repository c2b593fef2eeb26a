import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { holdWaitingShop, startFullRun } from '#app/store/run-starts.ts'
import { runStepped } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** Starts the first run of a shop whose merchant chose first and left it at that, once its time has come. Returns whether it started it. */
export async function startWhenDue({ shop, clock }: ShopTurn): Promise<boolean> {
  const now = clock()
  const run = await transaction(async (on) => {
    if (!(await holdWaitingShop(shop, { when: 'due', now }, on))) return null
    return startFullRun(shop, { trigger: 'connecting', by: null, always: true, now }, on)
  }, WHOLE_SHOP)
  if (run) runStepped({ shop, run, kind: 'full', state: 'queued', why: 'connecting' })
  return run !== null
}
