import type { IncomingMessage, ServerResponse } from 'node:http'

/** One request, read to its end, and the answer to it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The Host header without its port: it tells the shops apart. */
  readonly host: string
  readonly url: URL
  readonly body: string
}

export async function exchangeOf(request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '/', `https://${host || 'unknown'}`)
  return { request, response, host, url, body: Buffer.concat(chunks).toString() }
}

export function answerJson(
  { response }: Exchange,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(value))
}

/** Null for what is not a JSON object. */
export function jsonBody({ body }: Exchange): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** The fields of a form, as OAuth's requests are documented. */
export function formBody({ body }: Exchange): Record<string, unknown> {
  return Object.fromEntries(new URLSearchParams(body))
}
