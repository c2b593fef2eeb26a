import { z } from 'zod'
import type { FlowFields } from '#app/core/flow/flow-trigger.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { AdminAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import { FLOW_TRIGGER } from './flow-trigger.graphql.ts'

const received = z.object({
  flowTriggerReceive: z.object({ userErrors: z.array(z.object({ message: z.string() })) }).nullable(),
})

/**
 * Has Flow start the shop's workflows that use a trigger. Returns why Shopify refuses it; null if it does not.
 * https://shopify.dev/docs/apps/build/flow/triggers/create
 */
export async function startWorkflows(
  shop: ShopDomain,
  { handle, customerId, fields }: { handle: string; customerId: CustomerId | null; fields: FlowFields },
): Promise<AdminAnswer<string | null>> {
  // A number that JavaScript cannot hold would name another customer.
  const number = Number.isSafeInteger(Number(customerId)) ? Number(customerId) : customerId
  const payload = { ...(customerId !== null && { customer_id: number }), ...fields }
  const answer = await askAdmin(shop, FLOW_TRIGGER, { variables: { handle, payload }, parse: received })
  if (answer.kind !== 'answered') return answer
  const errors = answer.data.flowTriggerReceive?.userErrors ?? [{ message: 'No answer was given' }]
  return { ...answer, data: errors.length > 0 ? errors.map(({ message }) => message).join(' ') : null }
}
