import { listChangeAfter } from '#app/core/flow/follow-ups.ts'
import type { CustomerId } from '#app/core/ids.ts'
import type { Sql } from '#app/store/database.ts'
import { saveLeaving, saveRejoining } from '#app/store/list-changes.ts'
import type { SettledCustomer } from '../deliver/settle-batch.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Records, in the transaction of a batch, which profiles are to be removed from the chosen list because a rule now excludes the customer,
 * and which are to be added to it again.
 */
export async function recordListChanges(
  { shop, policy }: ShopTurn,
  settled: readonly SettledCustomer[],
  on: Sql,
): Promise<void> {
  const changes = { join: [] as CustomerId[], leave: [] as CustomerId[] }
  for (const { delivery, outcome } of settled) {
    const change = listChangeAfter({ ...delivery, isSettled: outcome.kind === 'settled' }, policy)
    if (change) changes[change].push(delivery.read.customerId)
  }
  await saveLeaving(shop, changes.leave, on)
  await saveRejoining(shop, changes.join, on)
}
