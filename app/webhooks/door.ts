import type { IncomingMessage, ServerResponse } from 'node:http'
import { config } from '#app/config.server.ts'
import { deadline } from '#app/core/deadline.ts'
import { answerWithStatus } from '#app/http/answer-with-status.ts'
import { requestBodies } from '#app/http/request-bodies.ts'
import { intakeFailed } from '#app/sync/events.ts'
import { type DeliveryOutcome, deliveryAnswered } from '#app/telemetry/facts.ts'
import { readJson } from './read-json.ts'
import { countRefusedSignature } from './refused-signatures.ts'
import { type DeliveryHeaders, deliveryHeaders, isSigned, type TakeWebhook } from './signed-webhook.ts'
import { STORED_WITHIN_MS, takeVouched } from './take-vouched.ts'
import { webhookTable } from './webhook-table.ts'

/** Returns what takes the deliveries to this path (without the query); null if there is none. */
export function webhookAt(url: string): TakeWebhook | null {
  return webhookTable[pathOf(url)] ?? null
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/**
 * Takes Shopify's deliveries. It checks the signature over the raw body and answers once what the body reports is stored. No session is
 * loaded and no other host is asked, so that the answer takes milliseconds and never depends on a token; the only exception is an
 * uninstallation, which is confirmed with Shopify. Answers 400 without the headers or without a shop, 401 for a signature that is not
 * Shopify's, 413 over 1 MB, 503 if there is no room to read it or nothing can be stored within four seconds, otherwise 200.
 */
export async function takeDelivery(
  take: TakeWebhook,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const begun = performance.now()
  const tell = (outcome: DeliveryOutcome) =>
    deliveryAnswered.tell({ path: pathOf(request.url ?? ''), outcome, tookMs: performance.now() - begun })
  const isFlow = request.url?.startsWith('/flow/') ?? false
  const headers = isFlow ? flowHeaders(request) : deliveryHeaders(request.headers)
  const body = headers ? await requestBodies.read(request) : 400
  if (headers === null || !Buffer.isBuffer(body)) {
    if (body !== null) answerWithStatus(request, response, body as 400 | 413 | 503)
    return tell(body === 400 ? 'malformed' : body === 413 ? 'too_large' : body === 503 ? 'no_room' : 'hung_up')
  }
  const status = await takeBody(take, headers, body)
  answerWithStatus(request, response, status)
  tell(OUTCOMES[status])
}

const OUTCOMES = { 200: 'taken', 400: 'malformed', 401: 'bad_signature', 503: 'not_stored' } as const

async function takeBody(take: TakeWebhook, headers: DeliveryHeaders, body: Buffer): Promise<200 | 400 | 401 | 503> {
  const { apiSecret, oldApiSecret } = config.shopify
  // While the secret is changed, Shopify signs with the old one for up to an hour.
  if (!isSigned(body, headers.hmac, oldApiSecret === null ? [apiSecret] : [apiSecret, oldApiSecret])) {
    countRefusedSignature(Date.now())
    return 401
  }
  try {
    const { shop, topic, triggeredAt } = headers
    const delivery = { shop, topic, triggeredAt, body: readJson(body.toString('utf8')) }
    const taken = await deadline(takeVouched(take, delivery), STORED_WITHIN_MS)
    return taken === 'no_shop' ? 400 : 200
  } catch (error) {
    intakeFailed(error)
    return 503
  }
}

/** A Flow action run names its shop in its body. */
function flowHeaders(request: IncomingMessage): DeliveryHeaders | null {
  const hmac = request.headers['x-shopify-hmac-sha256']
  return typeof hmac === 'string' && hmac ? { hmac, shop: null, topic: 'flow', triggeredAt: null } : null
}
