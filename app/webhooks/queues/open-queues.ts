import type { Config } from '#app/config.server.ts'

/** One sentence for the person who starts the app: why a queue cannot be read, and what to do. */
class QueueUnusable extends Error {
  override readonly name = 'QueueUnusable'
}

/**
 * Begins to read the queues that are configured; their clients are loaded only then. Returns a function that ends it: nothing further is
 * read at once, and it resolves when what is in hand is settled. Throws a QueueUnusable if a client is not installed, or lacks its region.
 */
export async function openQueues({ pubsubSubscription, sqsQueueUrl }: Config['queues']): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const opened = await Promise.all([
    pubsubSubscription === null ? null : openPubSub(pubsubSubscription, stopping.signal),
    sqsQueueUrl === null ? null : openSqs(sqsQueueUrl, stopping.signal),
  ])
  return async () => {
    stopping.abort()
    await Promise.all(opened.map((queue) => queue?.ended))
  }
}

async function openPubSub(name: string, signal: AbortSignal): Promise<{ ended: Promise<void> }> {
  const { readPubSub } = await import('./pubsub.ts')
  return readPubSub(name, signal).catch((error) => {
    throw notInstalled('PUBSUB_SUBSCRIPTION', '@google-cloud/pubsub', error)
  })
}

async function openSqs(url: string, signal: AbortSignal): Promise<{ ended: Promise<void> }> {
  const { readSqs } = await import('./sqs.ts')
  return readSqs(url, signal).catch((error) => {
    if (error instanceof Error && error.message.includes('Region')) {
      throw new QueueUnusable('SQS_QUEUE_URL is set, and no region: set AWS_REGION to the region of the queue.')
    }
    throw notInstalled('SQS_QUEUE_URL', '@aws-sdk/client-sqs', error)
  })
}

function notInstalled(variable: string, name: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') return error
  return new QueueUnusable(
    `${variable} is set, and the package ${name} is not installed: install the optional packages (npm ci --include=optional), or leave ${variable} empty.`,
  )
}
