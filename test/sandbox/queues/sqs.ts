import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { MessageStore } from './message-store.ts'

export interface StandInSqs {
  readonly queueUrl: string
  readonly messages: MessageStore<string>
  close(): Promise<void>
}

const seconds = (most: number) => z.number().int().min(0).max(most)
// Limits: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
const receive = z.strictObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  WaitTimeSeconds: seconds(20).default(0),
  VisibilityTimeout: seconds(43_200).default(30),
})
const deleteBatch = z.strictObject({
  QueueUrl: z.string(),
  Entries: z
    .array(z.strictObject({ Id: z.string(), ReceiptHandle: z.string() }))
    .min(1)
    .max(10),
})

/** Amazon SQS' JSON protocol for one queue: receiving with a wait, visibility, receipts, deletion in batches. */
export async function startSqs(): Promise<StandInSqs> {
  const messages = new MessageStore<string>()
  const server = createServer((request, response) => void answer(messages, request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const queueUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/000000000000/lockstep`
  return {
    queueUrl,
    messages,
    async close() {
      messages.clear()
      server.closeAllConnections()
      server.close()
    },
  }
}

async function answer(messages: MessageStore<string>, request: IncomingMessage, response: ServerResponse) {
  const say = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body))
  const refuse = (type: string) => say(400, { __type: `com.amazonaws.sqs#${type}`, message: type })
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) return refuse('MissingAuthenticationToken')
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'))
  if (!String(body.QueueUrl).endsWith('/000000000000/lockstep')) return refuse('QueueDoesNotExist')
  const target = request.headers['x-amz-target']
  if (target === 'AmazonSQS.ReceiveMessage') {
    const asked = receive.safeParse(body)
    return asked.success ? say(200, await received(messages, asked.data, response)) : refuse('InvalidParameterValue')
  }
  if (target === 'AmazonSQS.DeleteMessageBatch') {
    const asked = deleteBatch.safeParse(body)
    return asked.success ? say(200, deleted(messages, asked.data)) : refuse('InvalidParameterValue')
  }
  return refuse('UnsupportedOperation')
}

/** Waits until there is a message, for as long as was asked. A client that hung up meanwhile is given nothing. */
async function received(
  messages: MessageStore<string>,
  { MaxNumberOfMessages, WaitTimeSeconds, VisibilityTimeout }: z.infer<typeof receive>,
  response: ServerResponse,
): Promise<object> {
  if (messages.waiting === 0) {
    await new Promise<void>((resolve) => {
      const ends = [messages.onAdded(end), () => clearTimeout(timer), () => response.off('close', end)]
      const timer = setTimeout(end, WaitTimeSeconds * 1000)
      response.on('close', end)
      function end() {
        for (const one of ends) one()
        resolve()
      }
    })
  }
  if (response.destroyed) return {}
  const taken = messages.take(MaxNumberOfMessages, VisibilityTimeout * 1000)
  if (taken.length === 0) return {}
  return {
    Messages: taken.map(({ receipt, message }) => ({
      MessageId: message.id,
      ReceiptHandle: receipt,
      Body: message.content,
      MD5OfBody: createHash('md5').update(message.content).digest('hex'),
    })),
  }
}

function deleted(messages: MessageStore<string>, { Entries }: z.infer<typeof deleteBatch>): object {
  const done = Entries.map(({ Id, ReceiptHandle }) => ({ Id, gone: messages.delete(ReceiptHandle) }))
  return {
    Successful: done.filter(({ gone }) => gone).map(({ Id }) => ({ Id })),
    Failed: done
      .filter(({ gone }) => !gone)
      .map(({ Id }) => ({ Id, Code: 'ReceiptHandleIsInvalid', SenderFault: true })),
  }
}
