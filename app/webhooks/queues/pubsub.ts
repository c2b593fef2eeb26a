import type { Message, Subscription } from '@google-cloud/pubsub'
import { webhookQueueFailed } from '#app/sync/events.ts'
import { readJson } from '../read-json.ts'
import { rest } from './rest.ts'
import { takeMessage } from './take-message.ts'

/** Messages in hand at once. The library asks for no further ones meanwhile, and extends the time for which these are this process's. */
const IN_HAND = 200
const IN_HAND_BYTES = 32 * 1024 * 1024
/**
 * For how long messages in hand are no other process's, in seconds; the client extends it while they are in hand. Longer than storing one takes,
 * and short, because those of a process that was killed come again only then.
 */
const LEASED_S = 20
/** How long messages in hand may take to be settled when reading ends, in seconds: longer than storing one may take. */
const SETTLED_WITHIN_S = 6

/**
 * Loads Google's client and reads a subscription, such as `projects/shop/subscriptions/lockstep`, until `signal` is aborted. Resolves, once
 * the client is loaded, to a promise that resolves when reading has ended. How to reach and to log in to Pub/Sub is read by the client from
 * its own variables (GOOGLE_APPLICATION_CREDENTIALS, PUBSUB_EMULATOR_HOST).
 */
export async function readPubSub(name: string, signal: AbortSignal): Promise<{ ended: Promise<void> }> {
  const { Duration, PubSub, SubscriptionCloseBehaviors } = await import('@google-cloud/pubsub')
  const client = new PubSub({ projectId: name.split('/')[1]! })
  const open = () =>
    client.subscription(name, {
      flowControl: { maxMessages: IN_HAND, maxBytes: IN_HAND_BYTES, allowExcessMessages: false },
      minAckDeadline: Duration.from({ seconds: LEASED_S }),
      maxAckDeadline: Duration.from({ seconds: LEASED_S }),
      streamingOptions: { maxStreams: 1 },
      closeOptions: {
        behavior: SubscriptionCloseBehaviors.WaitForProcessing,
        timeout: Duration.from({ seconds: SETTLED_WITHIN_S }),
      },
    })
  return { ended: readAgain(open, signal).then(() => client.close()) }
}

/** The client mends what passes by itself. After any other error, such as a permission that is missing, it is opened again. */
async function readAgain(open: () => Subscription, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const subscription = open()
    await untilFailedOr(signal, subscription)
    await subscription.close().catch((error) => webhookQueueFailed('pubsub', error))
    await rest(signal)
  }
}

function untilFailedOr(signal: AbortSignal, subscription: Subscription): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      signal.removeEventListener('abort', end)
      resolve()
    }
    signal.addEventListener('abort', end)
    subscription.on('close', end)
    subscription.on('error', (error) => {
      webhookQueueFailed('pubsub', error)
      end()
    })
    subscription.on('message', (message) => void settle(message, signal))
  })
}

/** A message that could not be stored is held for a while and given back: while nothing can be stored, nothing is asked for either. */
async function settle(message: Message, signal: AbortSignal): Promise<void> {
  const isDone = await takeMessage('pubsub', {
    attributes: message.attributes,
    body: readJson(message.data.toString('utf8')),
  })
  if (isDone) return message.ack()
  await rest(signal)
  message.nack()
}
