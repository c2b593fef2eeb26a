import { shopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { webhookForAnotherShop, webhookUnreadable } from '#app/sync/events.ts'
import { type AddToSpan, inSpan } from '#app/telemetry/spans.ts'
import { shopInBody } from './shop-in-body.ts'
import type { TakeWebhook } from './signed-webhook.ts'

/** How long storing what a delivery reports may take, in milliseconds. Shopify waits five seconds: https://shopify.dev/docs/apps/build/webhooks/subscribe/https */
export const STORED_WITHIN_MS = 4_000

/** What a delivery says, once its door has made sure that it comes from Shopify. */
export interface VouchedDelivery {
  /** As named beside the body; null if it is not: then the body has to name the shop. */
  readonly shop: string | null
  readonly topic: string
  /** When the event happened, as stated beside the body; null if it is not. */
  readonly triggeredAt: Date | null
  /** Parsed; undefined if it was not JSON. */
  readonly body: unknown
}

/** What became of a delivery. Only what was taken was stored; a repeat of the others would be no better. */
export type Taken = 'taken' | 'unreadable' | 'other_shop' | 'not_a_shop' | 'no_shop'

/**
 * The step after the door, however the delivery came: has `take` store what it reports. Rejects if that could not be stored, and the delivery
 * is to come again.
 */
export function takeVouched(take: TakeWebhook, delivery: VouchedDelivery): Promise<Taken> {
  return inSpan({ name: 'delivery', kind: 'server' }, (addToSpan) => takeTraced(take, delivery, addToSpan))
}

async function takeTraced(
  take: TakeWebhook,
  { body, triggeredAt, ...delivery }: VouchedDelivery,
  addToSpan: AddToSpan,
): Promise<Taken> {
  const now = databaseNow()
  const inBody = shopInBody(body)
  const named = delivery.shop ?? inBody
  if (named === null) return 'no_shop'
  const shop = shopDomain.safeParse(named)
  if (!shop.success) return 'not_a_shop'
  addToSpan({ 'lockstep.shop': shop.data })
  const topic = delivery.topic.slice(0, 100)
  if (inBody !== null && inBody !== shop.data) {
    webhookForAnotherShop({ shop: shop.data, topic })
    return 'other_shop'
  }
  const outcome = body === undefined ? 'unreadable' : await take(shop.data, delivery.topic, body, triggeredAt)
  if (outcome === 'unreadable') await webhookUnreadable({ shop: shop.data, topic }, now)
  return outcome
}
