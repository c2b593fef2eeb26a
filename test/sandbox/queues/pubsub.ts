import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import grpc from '@grpc/grpc-js'
import { fromJSON } from '@grpc/proto-loader'
import { MessageStore } from './message-store.ts'

export interface PubSubContent {
  readonly attributes: Readonly<Record<string, string>>
  readonly data: Buffer
}

export interface StandInPubSub {
  /** For PUBSUB_EMULATOR_HOST. */
  readonly host: string
  readonly subscription: string
  readonly messages: MessageStore<PubSubContent>
  close(): Promise<void>
}

const SUBSCRIPTION = 'projects/shop/subscriptions/lockstep'

interface StreamRequest {
  readonly subscription: string
  readonly streamAckDeadlineSeconds: number
  readonly maxOutstandingMessages: string
}

const loaded = fromJSON(
  JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('@google-cloud/pubsub/build/protos/protos.json'), 'utf8'),
  ),
)
const { google } = grpc.loadPackageDefinition(loaded) as unknown as {
  google: { pubsub: { v1: { Subscriber: { service: grpc.ServiceDefinition } } } }
}

/**
 * Google Pub/Sub for one subscription, over gRPC: StreamingPull with the client's limit of messages in hand, Acknowledge, and
 * ModifyAckDeadline, where 0 gives a message back. https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1
 */
export async function startPubSub(port = 0): Promise<StandInPubSub> {
  const messages = new MessageStore<PubSubContent>()
  const server = new grpc.Server()
  const streams = new Set<grpc.ServerDuplexStream<StreamRequest, object>>()
  const settled = () => void streams.forEach((stream) => stream.emit('settled'))
  server.addService(google.pubsub.v1.Subscriber.service, {
    StreamingPull: (stream: grpc.ServerDuplexStream<StreamRequest, object>) => {
      streams.add(stream)
      stream.once('close', () => streams.delete(stream))
      stream.on('cancelled', () => streams.delete(stream))
      pull(messages, stream)
    },
    Acknowledge: unary(({ ackIds }) => {
      for (const id of ackIds) messages.delete(id)
      settled()
    }),
    ModifyAckDeadline: unary(({ ackIds, ackDeadlineSeconds }) => {
      for (const id of ackIds) messages.extend(id, ackDeadlineSeconds * 1000)
      settled()
    }),
  })
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    ),
  )
  return {
    host: `127.0.0.1:${bound}`,
    subscription: SUBSCRIPTION,
    messages,
    async close() {
      messages.clear()
      server.forceShutdown()
    },
  }
}

type Unary = { subscription: string; ackIds: string[]; ackDeadlineSeconds: number }

const noSubscription = { code: grpc.status.NOT_FOUND, details: 'Resource not found (resource=lockstep).' }

function unary(act: (request: Unary) => void) {
  return ({ request }: grpc.ServerUnaryCall<Unary, object>, answer: grpc.sendUnaryData<object>) => {
    if (request.subscription !== SUBSCRIPTION) return answer(noSubscription)
    act(request)
    answer(null, {})
  }
}

function pull(messages: MessageStore<PubSubContent>, stream: grpc.ServerDuplexStream<StreamRequest, object>): void {
  const inHand = new Set<string>()
  let limit = 0
  let deadlineMs = 0
  let ended = false
  const send = () => {
    if (ended || limit === 0) return
    for (const id of inHand) if (!messages.isInHand(id)) inHand.delete(id)
    const taken = messages.take(limit - inHand.size, deadlineMs)
    if (taken.length === 0) return
    for (const { receipt } of taken) inHand.add(receipt)
    stream.write({
      receivedMessages: taken.map(({ receipt, message: { id, content, deliveries } }) => ({
        ackId: receipt,
        message: { messageId: id, ...content, publishTime: { seconds: 1_795_000_000, nanos: 0 } },
        deliveryAttempt: deliveries,
      })),
    })
  }
  const stopListening = messages.onAdded(() => setImmediate(send))
  const end = () => {
    ended = true
    stopListening()
  }
  stream.on('settled', send)
  stream.on('cancelled', end)
  stream.on('close', end)
  stream.on('error', end)
  stream.on('end', () => stream.end())
  stream.on('data', (request: StreamRequest) => {
    if (limit === 0 && request.subscription !== SUBSCRIPTION) return stream.emit('error', noSubscription)
    if (limit === 0) limit = Number(request.maxOutstandingMessages) || 1000
    if (request.streamAckDeadlineSeconds) deadlineMs = request.streamAckDeadlineSeconds * 1000
    send()
  })
}
