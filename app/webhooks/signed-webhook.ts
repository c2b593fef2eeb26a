import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ShopDomain } from '#app/core/ids.ts'

/**
 * Takes one signed delivery. Resolves when what it says is safe, or is `unreadable`: a repeat would read no better. Rejects
 * when it could not be kept, and Shopify is to send it again.
 */
export type TakeWebhook = (shop: ShopDomain, topic: string, body: unknown) => Promise<'taken' | 'unreadable'>

/** The headers of a delivery, classic (`x-shopify-…`) or of the newer Events (`shopify-…`); null when one is missing. */
export function deliveryHeaders(headers: IncomingHttpHeaders): { hmac: string; shop: string; topic: string } | null {
  const header = (name: string) => headers[`x-shopify-${name}`] ?? headers[`shopify-${name}`]
  const [hmac, shop, topic] = [header('hmac-sha256'), header('shop-domain'), header('topic')]
  if (typeof hmac !== 'string' || typeof shop !== 'string' || typeof topic !== 'string') return null
  return hmac && shop && topic ? { hmac, shop, topic } : null
}

/** Whether Shopify signed the body. https://shopify.dev/docs/apps/build/webhooks/subscribe/https#step-2-validate-the-origin-of-your-webhook */
export function isSigned(body: Buffer, hmac: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest()
  const given = Buffer.from(hmac, 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
