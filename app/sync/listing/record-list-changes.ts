import { ruleCodes } from '#app/core/issue/reason-code.ts'
import type { Sql } from '#app/store/database.ts'
import { saveLeaving, saveRejoining } from '#app/store/list-changes.ts'
import type { SettledCustomer } from '../deliver/settle-batch.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Records, in the transaction of a batch, which profiles are to be removed from the chosen list because a rule now excludes the customer,
 * and which are to be added to it again.
 */
export async function recordListChanges(
  { shop, policy: { destination, audience } }: ShopTurn,
  settled: readonly SettledCustomer[],
  on: Sql,
): Promise<void> {
  if (destination.list === null) return
  const idsOf = (which: (customer: SettledCustomer) => boolean) =>
    settled.filter(which).map(({ delivery: { read } }) => read.customerId)
  if (audience.leaving === 'off_list') await saveLeaving(shop, idsOf(leaves), on)
  await saveRejoining(shop, idsOf(comesBack), on)
}

function leaves({ delivery: { decision, known } }: SettledCustomer): boolean {
  if (decision.kind !== 'excluded' || !known || known.isNew) return false
  return (ruleCodes as readonly string[]).includes(decision.code)
}

function comesBack({ delivery: { decision, known }, outcome }: SettledCustomer): boolean {
  const isSynced = decision.kind === 'push' || decision.kind === 'unchanged'
  return isSynced && outcome.kind === 'settled' && known?.offList === true
}
