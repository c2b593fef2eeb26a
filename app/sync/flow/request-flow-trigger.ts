import { type FlowTrigger, type FlowTriggerPayloads, flowFieldsOf, MOST_WAITING } from '#app/core/flow/flow-trigger.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { Sql } from '#app/store/database.ts'
import { countFlowRequests, saveFlowRequests } from '#app/store/flow-triggers.ts'
import { flowTriggersDropped } from '../events.ts'

/**
 * Writes down that a Flow trigger is to start the shop's workflows, in the transaction of what it follows from; a turn sends it. Does nothing
 * for a shop without a workflow that uses the trigger. `wakeSoon` afterwards sends it within seconds, the sweep within a minute.
 */
export async function requestFlowTrigger<T extends FlowTrigger>(
  shop: ShopDomain,
  trigger: T,
  payload: FlowTriggerPayloads[T],
  now: Date,
  on: Sql,
): Promise<void> {
  await requestFlowTriggers(shop, trigger, [payload], now, on)
}

/** The same for several at once. Those that would be too many to wait are dropped and counted in the log. */
export async function requestFlowTriggers<T extends FlowTrigger>(
  shop: ShopDomain,
  trigger: T,
  payloads: readonly FlowTriggerPayloads[T][],
  now: Date,
  on: Sql,
): Promise<void> {
  if (payloads.length === 0) return
  const waiting = await countFlowRequests(shop, trigger, on)
  if (waiting === null) return
  const taken = payloads.slice(0, Math.max(0, MOST_WAITING - waiting))
  const requests = taken.map((payload) => ({
    customerId: 'customerId' in payload ? payload.customerId : null,
    fields: flowFieldsOf[trigger](payload),
  }))
  await saveFlowRequests(shop, trigger, { requests, now }, on)
  const dropped = payloads.length - taken.length
  if (dropped > 0) flowTriggersDropped({ shop, trigger, requests: dropped })
}
