import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import { webhookQueueFailed } from '#app/sync/events.ts'
import { eventBridgeMessage } from './event-bridge-message.ts'
import { rest } from './rest.ts'
import { takeMessage } from './take-message.ts'

type Sqs = typeof import('@aws-sdk/client-sqs')

interface Queue {
  readonly sqs: Sqs
  readonly client: SQSClient
  readonly url: string
  /** Aborted six seconds after reading has stopped: acknowledgements that are still being sent are then given up. */
  readonly givenUp: AbortSignal
}

/** How many receive at once, each ten messages at most, which is SQS' limit. */
const READERS = 4
const MOST_AT_ONCE = 10
/** For how long messages in hand are no other process's, in seconds. Longer than storing them may take. */
const VISIBLE_AGAIN_S = 30
/** How long SQS holds a request while the queue is empty, in seconds: its maximum. */
const WAIT_S = 20
/** An answer that does not come within this time, in milliseconds, is not waited for. */
const ANSWER_MS = 30_000
/** How long an acknowledgement may still take once reading has stopped, in milliseconds. A stopping process has twenty seconds for everything. */
const ACKNOWLEDGED_WITHIN_MS = 6_000

/**
 * Loads Amazon's client and reads an SQS queue until `signal` is aborted. Resolves, once the client is loaded, to a promise that resolves when
 * reading has ended. Region, login and endpoint are read by the client from its own variables (AWS_REGION and others); rejects without a region.
 */
export async function readSqs(url: string, signal: AbortSignal): Promise<{ ended: Promise<void> }> {
  const sqs = await import('@aws-sdk/client-sqs')
  const client = new sqs.SQSClient()
  await client.config.region()
  const queue = { sqs, client, url, givenUp: later(signal, ACKNOWLEDGED_WITHIN_MS) }
  const readers = Array.from({ length: READERS }, () => readAgain(queue, signal))
  return { ended: Promise.all(readers).then(() => client.destroy()) }
}

async function readAgain(queue: Queue, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const messages = await receive(queue, signal)
      const stored = await storedOf(messages)
      if (stored.length > 0) await acknowledge(queue, stored)
      if (stored.length < messages.length) await rest(signal) // the others are visible again after a while
    } catch (error) {
      if (signal.aborted) return
      webhookQueueFailed('sqs', error)
      await rest(signal)
    }
  }
}

async function receive({ sqs, client, url }: Queue, signal: AbortSignal): Promise<readonly Message[]> {
  const asked = new sqs.ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: MOST_AT_ONCE,
    WaitTimeSeconds: WAIT_S,
    VisibilityTimeout: VISIBLE_AGAIN_S,
  })
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
  return (await client.send(asked, { abortSignal })).Messages ?? []
}

async function storedOf(messages: readonly Message[]): Promise<Message[]> {
  const stored = await Promise.all(messages.map(({ Body }) => takeMessage('sqs', eventBridgeMessage(Body ?? ''))))
  return messages.filter((_, i) => stored[i])
}

/** What is not deleted here comes again, which costs a read of the customer. */
async function acknowledge({ sqs, client, url, givenUp }: Queue, messages: readonly Message[]): Promise<void> {
  const asked = new sqs.DeleteMessageBatchCommand({
    QueueUrl: url,
    Entries: messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
  })
  const abortSignal = AbortSignal.any([givenUp, AbortSignal.timeout(ANSWER_MS)])
  const { Failed = [] } = await client.send(asked, { abortSignal })
  if (Failed.length > 0) webhookQueueFailed('sqs', new Error(`${Failed.length} not deleted: ${Failed[0]?.Code}`))
}

/** Returns a signal that is aborted so many milliseconds after `signal` is. */
function later(signal: AbortSignal, ms: number): AbortSignal {
  const aborter = new AbortController()
  signal.addEventListener('abort', () => setTimeout(() => aborter.abort(), ms).unref())
  return aborter.signal
}
