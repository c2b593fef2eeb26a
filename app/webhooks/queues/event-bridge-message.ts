import { z } from 'zod'
import { readJson } from '../read-json.ts'
import type { QueueMessage } from './take-message.ts'

// What EventBridge writes into a queue, unless its rule transforms it.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/aws-events.html
const envelope = z.object({
  source: z.string().startsWith('aws.partner/shopify.com'),
  detail: z.object({ metadata: z.record(z.string(), z.unknown()), payload: z.unknown() }),
})

/** Returns the delivery in a message that EventBridge wrote; one without attributes if it is not of a Shopify event source. */
export function eventBridgeMessage(text: string): QueueMessage {
  const read = envelope.safeParse(readJson(text))
  if (!read.success) return { attributes: null, body: undefined }
  const { metadata, payload } = read.data.detail
  return { attributes: metadata, body: payload }
}
