import { z } from 'zod'
import { flowTriggerNamed } from '#app/core/flow/flow-trigger.ts'
import { takeFlowLifecycle } from '#app/sync/intake/take-flow-lifecycle.ts'
import type { TakeWebhook } from './signed-webhook.ts'

// https://shopify.dev/docs/apps/build/flow/track-lifecycle-events
const lifecycle = z.object({
  flow_trigger_definition_id: z.string(),
  has_enabled_flow: z.boolean(),
  timestamp: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
})

/** A trigger of a later or an earlier version is taken and changes nothing: an error would keep the merchant from turning a workflow on. */
export const takeFlowLifecycleMessage: TakeWebhook = async (shop, _topic, body) => {
  const read = lifecycle.safeParse(body)
  if (!read.success) return 'unreadable'
  const { flow_trigger_definition_id: definition, has_enabled_flow: used, timestamp: toldAt } = read.data
  const trigger = flowTriggerNamed(definition)
  if (trigger) await takeFlowLifecycle(shop, { trigger, used, toldAt })
  return 'taken'
}
