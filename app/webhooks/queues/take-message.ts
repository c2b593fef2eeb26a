import { deadline } from '#app/core/deadline.ts'
import { shopDomain } from '#app/core/ids.ts'
import { intakeFailed, messageRefused } from '#app/sync/events.ts'
import { isInstalled } from '#app/sync/intake/installed-shops.ts'
import { type DeliveryOutcome, deliveryAnswered } from '#app/telemetry/facts.ts'
import { deliveryNames } from '../signed-webhook.ts'
import { STORED_WITHIN_MS, type Taken, takeVouched } from '../take-vouched.ts'
import { queueTable } from '../webhook-table.ts'

/** One message of a queue. */
export interface QueueMessage {
  /** What Shopify sends as headers by HTTPS: attributes, or an envelope's metadata. Null if the message has none. */
  readonly attributes: Readonly<Record<string, unknown>> | null
  /** The delivery's body, parsed; undefined if it is not JSON. */
  readonly body: unknown
}

/**
 * Takes one message of a queue, as the HTTPS door takes a delivery. Whoever may write to the queue is believed to be Shopify, since queues
 * carry no signature (decision 063). Returns whether it is to be acknowledged: what it reports is committed, or it is refused and counted.
 * False if nothing could be stored within four seconds, and the message is to come again.
 */
export async function takeMessage(queue: 'pubsub' | 'sqs', message: QueueMessage): Promise<boolean> {
  const begun = performance.now()
  const tell = (outcome: DeliveryOutcome) =>
    deliveryAnswered.tell({ path: queue, outcome, tookMs: performance.now() - begun })
  try {
    const taken = await deadline(take(message), STORED_WITHIN_MS)
    if (taken !== 'taken') messageRefused({ queue, why: taken })
    tell(taken === 'taken' ? 'taken' : 'malformed')
    return true
  } catch (error) {
    intakeFailed(error)
    tell('not_stored')
    return false
  }
}

const privacyTopics: ReadonlySet<string> = new Set(['customers/data_request', 'customers/redact', 'shop/redact'])

/** Why a message is acknowledged without being stored, beside what is wrong with its body: it would be no better if it came again. */
type Refusal = 'no_delivery' | 'privacy_topic' | 'unknown_topic' | 'unknown_shop'

async function take({ attributes, body }: QueueMessage): Promise<Taken | Refusal> {
  const names = attributes && deliveryNames(lowerCased(attributes))
  if (!names) return 'no_delivery'
  if (privacyTopics.has(names.topic)) return 'privacy_topic'
  const takeTopic = queueTable.get(names.topic)
  if (!takeTopic) return 'unknown_topic'
  const shop = shopDomain.safeParse(names.shop)
  if (!shop.success) return 'not_a_shop'
  if (!(await isInstalled(shop.data))) return 'unknown_shop'
  return takeVouched(takeTopic, { ...names, body })
}

/** Classic webhooks have `X-Shopify-Topic` there, Events `shopify-topic`. */
function lowerCased(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value]))
}
