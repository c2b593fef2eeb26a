import type { Delivery } from '../shopify/webhooks/delivery.ts'

/**
 * What Shopify writes beside a body where there are no headers. It sends no signature through EventBridge (seen on a live store in September
 * 2026: metadata of an event in lower case, without X-, and no hmac).
 */
export function attributesOf({ headers }: Delivery): Record<string, string> {
  const named = Object.entries(headers).filter(([name]) => name.includes('shopify-') && !name.includes('hmac'))
  return Object.fromEntries(
    named.map(([name, value]) => [name.replace(/(^|-)[a-z]/g, upperCasedIfClassic(name)), value]),
  )
}

/** Classic webhooks have `X-Shopify-Topic`, events `shopify-topic`. */
const upperCasedIfClassic = (name: string) => (start: string) => (name.startsWith('x-') ? start.toUpperCase() : start)

/** The text that a rule of EventBridge writes into a queue for a delivery: https://docs.aws.amazon.com/eventbridge/latest/userguide/aws-events.html */
export function eventBridgeText(delivery: Delivery): string {
  const metadata = JSON.stringify({ 'Content-Type': 'application/json', ...attributesOf(delivery) })
  const around = {
    version: '0',
    id: delivery.webhookId,
    'detail-type': 'shopifyWebhook',
    source: 'aws.partner/shopify.com/123456/lockstep',
    account: '000000000000',
    time: '2026-11-27T10:00:00Z',
    region: 'eu-central-1',
    resources: [],
  }
  // The body as it is: its numbers may be longer than JavaScript's.
  return `${JSON.stringify(around).slice(0, -1)},"detail":{"payload":${delivery.body},"metadata":${metadata}}}`
}
