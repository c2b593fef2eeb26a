import type { IncomingMessage, ServerResponse } from 'node:http'

const RETRY_AFTER_SECONDS = 5

/**
 * Answers with a status and no body. The rest of the request is read and dropped, because a sender whose connection is cut in the middle of
 * sending gets no answer. The server's requestTimeout limits how long that takes.
 */
export function answerWithStatus(request: IncomingMessage, response: ServerResponse, status: number): void {
  if (status === 503) response.setHeader('retry-after', RETRY_AFTER_SECONDS)
  response.writeHead(status).end()
  request.resume()
}
