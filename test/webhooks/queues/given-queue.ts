import { onTestFinished } from 'vitest'
import { startPubSub } from '#test/sandbox/queues/pubsub.ts'
import { attributesOf, eventBridgeText } from '#test/sandbox/queues/queue-messages.ts'
import { startSqs } from '#test/sandbox/queues/sqs.ts'
import type { Delivery } from '#test/sandbox/shopify/webhooks/delivery.ts'

/** A queue that Shopify delivers to. */
export interface Queue {
  /** For the web process that reads it. */
  readonly env: Readonly<Record<string, string>>
  /** Shopify delivers. */
  deliver(delivery: Delivery): void
  /** Somebody else writes this text into it. */
  put(text: string): void
  waiting(): number
  inHand(): number
  /** As if so much time had passed that what is in hand comes again. */
  expire(): void
}

const login = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }

async function givenPubSub(): Promise<Queue> {
  const { host, subscription, messages, close } = await startPubSub()
  onTestFinished(close)
  return {
    env: { PUBSUB_SUBSCRIPTION: subscription, PUBSUB_EMULATOR_HOST: host },
    deliver: (delivery) => messages.add({ attributes: attributesOf(delivery), data: Buffer.from(delivery.body) }),
    put: (text) => messages.add({ attributes: {}, data: Buffer.from(text) }),
    waiting: () => messages.waiting,
    inHand: () => messages.inHand,
    expire: () => messages.expireAll(),
  }
}

async function givenSqs(): Promise<Queue> {
  const { queueUrl, messages, close } = await startSqs()
  onTestFinished(close)
  return {
    env: { ...login, SQS_QUEUE_URL: queueUrl },
    deliver: (delivery) => messages.add(eventBridgeText(delivery)),
    put: (text) => messages.add(text),
    waiting: () => messages.waiting,
    inHand: () => messages.inHand,
    expire: () => messages.expireAll(),
  }
}

export const queues: readonly (readonly [string, () => Promise<Queue>])[] = [
  ['Google Pub/Sub', givenPubSub],
  ['Amazon SQS', givenSqs],
]
