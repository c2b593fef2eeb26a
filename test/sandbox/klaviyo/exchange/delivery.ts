import type { IncomingMessage, ServerResponse } from 'node:http'

/** How an answer goes out. Without a status none does: the connection is cut, or nothing ever comes. */
export interface Delivery {
  readonly status: number | null
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly way: 'answer' | 'cut' | 'silence'
}

export const cut: Delivery = { status: null, headers: {}, text: '', way: 'cut' }
export const silence: Delivery = { status: null, headers: {}, text: '', way: 'silence' }

export function answerOf(status: number, document: unknown, headers: Readonly<Record<string, string>>): Delivery {
  if (document === undefined) return { status, headers, text: '', way: 'answer' }
  // Recorded 429s do not bear JSON:API's content type.
  const type = status === 429 ? 'application/json' : 'application/vnd.api+json'
  return { status, headers: { ...headers, 'content-type': type }, text: JSON.stringify(document), way: 'answer' }
}

export function deliver(request: IncomingMessage, response: ServerResponse, delivery: Delivery): void {
  if (delivery.way === 'silence' || response.destroyed) return
  if (delivery.way === 'cut') {
    request.socket.resetAndDestroy()
    return
  }
  const body = delivery.status === 204 ? {} : { 'content-length': Buffer.byteLength(delivery.text) }
  response.writeHead(delivery.status ?? 500, { ...delivery.headers, ...body })
  response.end(delivery.text)
}
