import type { IncomingMessage, ServerResponse } from 'node:http'
import { config } from '#app/config.server.ts'
import { shopDomain } from '#app/core/ids.ts'
import { intakeFailed, webhookUnreadable } from '#app/sync/events.ts'
import { flowShop } from './flow-actions.ts'
import { readJson } from './read-json.ts'
import { deliveryHeaders, isSigned, type TakeWebhook } from './signed-webhook.ts'
import { webhookTable } from './webhook-table.ts'

const MAX_BODY_BYTES = 1_000_000

/** What takes the deliveries to this path; null when none come here. The query is no part of it. */
export function webhookAt(url: string): TakeWebhook | null {
  const end = url.indexOf('?')
  return webhookTable[end < 0 ? url : url.slice(0, end)] ?? null
}

/**
 * Shopify's door. It checks the signature over the raw body and answers once what the body says is safe: no session is
 * loaded and no other host is asked, so that the answer comes in milliseconds and never depends on a token.
 * 400 without the headers, 401 for a signature not Shopify's, 413 past 1 MB, 503 when nothing can be kept; else 200.
 */
export function takeDelivery(take: TakeWebhook, request: IncomingMessage, response: ServerResponse): void {
  const isFlow = request.url?.startsWith('/flow/') ?? false
  const headers = isFlow ? flowHeaders(request) : deliveryHeaders(request.headers)
  if (!headers) {
    answer(request, response, 400)
    return
  }
  const parts: Buffer[] = []
  let bytes = 0
  request.on('error', () => {}) // a sender that hangs up gets no answer, and none is missed
  request.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes <= MAX_BODY_BYTES) parts.push(part)
    else if (!response.headersSent) answer(request, response, 413)
  })
  request.on('end', () => {
    if (response.headersSent) return
    const body = parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes)
    if (!isSigned(body, headers.hmac, config.shopify.apiSecret)) {
      answer(request, response, 401)
      return
    }
    takeSigned(take, headers, body.toString('utf8')).then(
      () => answer(request, response, 200),
      (error) => {
        intakeFailed(error)
        answer(request, response, 503)
      },
    )
  })
}

async function takeSigned(
  take: TakeWebhook,
  headers: { shop: string | null; topic: string },
  text: string,
): Promise<void> {
  const now = new Date()
  const body = readJson(text)
  const shop = shopDomain.safeParse(headers.shop ?? flowShop(body))
  if (!shop.success) return // signed, and about no shop there is
  if (body === undefined || (await take(shop.data, headers.topic, body)) === 'unreadable') {
    await webhookUnreadable({ shop: shop.data, topic: headers.topic.slice(0, 100) }, now)
  }
}

function flowHeaders(request: IncomingMessage): { hmac: string; shop: null; topic: string } | null {
  const hmac = request.headers['x-shopify-hmac-sha256']
  return typeof hmac === 'string' && hmac ? { hmac, shop: null, topic: 'flow' } : null
}

function answer(request: IncomingMessage, response: ServerResponse, status: number): void {
  response.writeHead(status).end()
  // What is left of the body is read off unseen: a sender whose connection is cut in the middle of it hears no answer.
  request.resume()
}
