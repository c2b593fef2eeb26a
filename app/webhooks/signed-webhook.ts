import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ShopDomain } from '#app/core/ids.ts'

/**
 * Takes one signed delivery. Resolves when what it reports is stored, or to `unreadable`, since a repeat would be no better. Rejects if it
 * could not be stored, and Shopify is to send it again.
 */
export type TakeWebhook = (
  shop: ShopDomain,
  topic: string,
  body: unknown,
  /** When the event happened, according to an unsigned header; null if the header is missing. */
  triggeredAt: Date | null,
) => Promise<'taken' | 'unreadable'>

/** What a delivery's headers say. Shopify does not sign them, so none is trusted where it could do harm. */
export interface DeliveryHeaders {
  readonly hmac: string
  /** Null if there is none: then the body has to name the shop. */
  readonly shop: string | null
  readonly topic: string
  readonly triggeredAt: Date | null
}

/** Returns the headers of a delivery, classic (`x-shopify-…`) or of the newer Events (`shopify-…`); null without signature or topic. */
export function deliveryHeaders(headers: IncomingHttpHeaders): DeliveryHeaders | null {
  const hmac = headerIn(headers, 'hmac-sha256')
  const names = deliveryNames(headers)
  return hmac && names ? { hmac, ...names } : null
}

/** Returns what the names of headers, or a queue's attributes, all in lower case, say of a delivery; null without a topic. */
export function deliveryNames(headers: Readonly<Record<string, unknown>>): Omit<DeliveryHeaders, 'hmac'> | null {
  const topic = headerIn(headers, 'topic')
  const triggeredAt = new Date(headerIn(headers, 'triggered-at') ?? '')
  return topic
    ? {
        shop: headerIn(headers, 'shop-domain'),
        topic,
        triggeredAt: Number.isNaN(triggeredAt.getTime()) ? null : triggeredAt,
      }
    : null
}

function headerIn(headers: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = headers[`x-shopify-${name}`] ?? headers[`shopify-${name}`]
  return typeof value === 'string' && value !== '' ? value : null
}

/** Whether Shopify signed the body, with one of these secrets. https://shopify.dev/docs/apps/build/webhooks/subscribe/https#step-2-validate-the-origin-of-your-webhook */
export function isSigned(body: Buffer, hmac: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(hmac, 'base64')
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(body).digest()
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}
