import { IncomingMessage, type ServerResponse } from 'node:http'
import { config } from '#app/config.server.ts'
import { answerPlainly } from './answer-plainly.ts'
import { requestBodies } from './request-bodies.ts'

export type AnswerPage = (request: IncomingMessage, response: ServerResponse) => void

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?$/i
/** Methods that change nothing, and whose body nobody reads. */
const READING = ['GET', 'HEAD', 'OPTIONS']

/**
 * Guards the pages. 400 for a host or target that is malformed, 403 for a form that another origin sends, 413 for one over 1 MB, 503 when
 * there is no room to read it. What is let through comes from our own host, as far as the pages can see, and its body is there.
 */
export async function letIntoPages(
  pages: AnswerPage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isWellFormed(request)) return answerPlainly(request, response, 400)
  // The pages name our host by the configuration alone, so a load balancer may ask by any name or address.
  request.headers.host = config.shopify.appUrl.host
  delete request.headers['x-forwarded-host']
  if (READING.includes(request.method ?? '')) return pages(request, response)
  if (!isOfOurOrigin(request)) return answerPlainly(request, response, 403)
  const body = await requestBodies.read(request)
  if (Buffer.isBuffer(body)) pages(withBody(request, body), response)
  else if (body !== null) answerPlainly(request, response, body)
}

function isWellFormed({ headers: { host }, url }: IncomingMessage): boolean {
  return host !== undefined && HOST.test(host) && URL.canParse(`http://${host}`) && url?.startsWith('/') === true
}

/** Browsers name the origin with every form; a program that names none carries no merchant's session by itself. */
function isOfOurOrigin({ headers: { origin } }: IncomingMessage): boolean {
  return origin === undefined || origin === config.shopify.appUrl.origin
}

/** The same request, to be read from its beginning. */
function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const again = new IncomingMessage(request.socket)
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request
  Object.assign(again, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor })
  again.complete = true
  again.push(body)
  again.push(null)
  return again
}
