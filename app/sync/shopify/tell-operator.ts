import { type OperatorFault, operatorFaults, presenceOf } from '#app/core/flow/operator-fault.ts'
import { isApiVersionServed } from '#app/shopify/answered-version.ts'
import { findBulkRefused } from '#app/store/bulk-access.ts'
import { closeOperatorFault, listOperatorFaults, openOperatorFault } from '#app/store/operator-faults.ts'
import { countShopifyTroubles } from '#app/store/shopify-troubles.ts'
import { operatorFaultBegan, operatorFaultOver } from '../events.ts'

/**
 * Tells the person who runs the app of what only they can mend at Shopify: one line of the log when a fault begins, however many shops and
 * processes meet it, and one when no shop has it any more.
 */
export async function tellOperator(now: Date): Promise<void> {
  const facts = {
    shopsByTrouble: await countShopifyTroubles(),
    isBulkRefused: (await findBulkRefused()) !== null,
    isVersionServed: isApiVersionServed(),
  }
  const open = await listOperatorFaults()
  for (const fault of operatorFaults) {
    const shops = presenceOf(fault, facts)
    if (shops === 'unknown') continue
    if (shops === null) await close(fault, open)
    else if (!open.has(fault) && (await openOperatorFault(fault, now))) operatorFaultBegan({ fault, shops })
  }
}

async function close(fault: OperatorFault, open: ReadonlySet<OperatorFault>): Promise<void> {
  const since = open.has(fault) ? await closeOperatorFault(fault) : null
  if (since) operatorFaultOver({ fault, since: since.toISOString() })
}
