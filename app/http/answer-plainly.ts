import type { IncomingMessage, ServerResponse } from 'node:http'

const RETRY_AFTER_SECONDS = 5

/**
 * Answers with a status and no body. What is left of the request is read off unseen: a sender whose connection is cut in the middle of it
 * hears no answer. How long that may take is bounded by the server's requestTimeout.
 */
export function answerPlainly(request: IncomingMessage, response: ServerResponse, status: number): void {
  if (status === 503) response.setHeader('retry-after', RETRY_AFTER_SECONDS)
  response.writeHead(status).end()
  request.resume()
}
