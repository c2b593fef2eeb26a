import { ruleCodes } from '#app/core/issue/reason-code.ts'
import type { Sql } from '#app/store/database.ts'
import { saveLeaving, saveRejoining } from '#app/store/list-changes.ts'
import type { Conducting } from '../deliver/conducting.ts'
import type { SettledCustomer } from '../deliver/settle-batch.ts'

/**
 * Notes, beside the rows of a batch, whose profile is to leave the chosen list because a rule leaves the customer out from now on, and
 * who is to come back to it.
 */
export async function noteListChanges(
  { shop, connection: { delivery, rules } }: Conducting,
  settled: readonly SettledCustomer[],
  on: Sql,
): Promise<void> {
  if (delivery.list === null) return
  const idsOf = (which: (customer: SettledCustomer) => boolean) =>
    settled.filter(which).map(({ delivery: { read } }) => read.customerId)
  if (rules.leaving === 'off_list') await saveLeaving(shop, idsOf(leaves), on)
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
