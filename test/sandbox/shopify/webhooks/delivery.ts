import { createHmac, randomUUID } from 'node:crypto'
import type { EventSubscription } from './event-subscriptions.ts'
import { exactJson } from './exact-json.ts'
import type { Topic } from './topics.ts'

/** One request to the app. A repeat is the same one: same id, same body, same signature. */
export interface Delivery {
  readonly topic: string
  readonly uri: string
  readonly webhookId: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Stamp {
  readonly domain: string
  readonly apiSecret: string
  readonly nowMs: number
  /** Shared by all deliveries of one action in the shop. */
  readonly eventId: string
}

const API_VERSION = '2026-10'

/** The signature is over the very bytes that travel (reference, section 2.1). */
export function signatureOf(body: string, apiSecret: string): string {
  return createHmac('sha256', apiSecret).update(body).digest('base64')
}

export function webhookDelivery(topic: Topic, uri: string, payload: object, stamp: Stamp): Delivery {
  const body = exactJson(payload)
  const webhookId = randomUUID()
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Shopify-Captain-Hook',
    'x-shopify-topic': topic,
    'x-shopify-hmac-sha256': signatureOf(body, stamp.apiSecret),
    'x-shopify-shop-domain': stamp.domain,
    'x-shopify-api-version': API_VERSION,
    'x-shopify-webhook-id': webhookId,
    'x-shopify-event-id': stamp.eventId,
    'x-shopify-triggered-at': new Date(stamp.nowMs).toISOString(),
  }
  return { topic, uri, webhookId, headers, body }
}

/** Events travel under headers of their own. */
export function eventDelivery({ handle, uri }: EventSubscription, payload: object, stamp: Stamp): Delivery {
  const body = exactJson(payload)
  const webhookId = randomUUID()
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Shopify-Captain-Hook',
    'shopify-topic': 'Customer',
    'shopify-action': 'update',
    'shopify-handle': handle,
    'shopify-hmac-sha256': signatureOf(body, stamp.apiSecret),
    'shopify-shop-domain': stamp.domain,
    'shopify-api-version': API_VERSION,
    'shopify-webhook-id': webhookId,
    'shopify-triggered-at': new Date(stamp.nowMs).toISOString(),
  }
  return { topic: 'Customer', uri, webhookId, headers, body }
}

export function flowDelivery(uri: string, payload: object, stamp: Stamp): Delivery {
  const body = exactJson(payload)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Shopify-Captain-Hook',
    'x-shopify-hmac-sha256': signatureOf(body, stamp.apiSecret),
    'x-shopify-shop-domain': stamp.domain,
  }
  return { topic: 'flow', uri, webhookId: randomUUID(), headers, body }
}

/** The same request, signed by somebody who does not know the secret. */
export function forgedDelivery(delivery: Delivery): Delivery {
  const header = delivery.headers['shopify-hmac-sha256'] ? 'shopify-hmac-sha256' : 'x-shopify-hmac-sha256'
  return { ...delivery, headers: { ...delivery.headers, [header]: signatureOf(delivery.body, 'not the secret') } }
}
