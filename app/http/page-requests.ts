import { IncomingMessage, type ServerResponse } from 'node:http'
import { config } from '#app/config.server.ts'
import { answerWithStatus } from './answer-with-status.ts'
import { acceptOldSecret } from './old-secret.ts'
import { requestBodies } from './request-bodies.ts'

export type AnswerPage = (request: IncomingMessage, response: ServerResponse) => void

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?$/i
/** The routes app/routes/api.extension.*.tsx. */
const EXTENSION_PATH = '/api/extension/'
/** Methods that change nothing, and whose body is not read. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Guards the pages. Answers 400 for a malformed host or target, 403 for a form from another origin, 413 for a form over 1 MB, and 503 if
 * there is no room to read it. A request that is admitted has the app's own host and its whole body.
 */
export async function admitToPages(
  pages: AnswerPage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isWellFormed(request)) return answerWithStatus(request, response, 400)
  // The pages take the app's host from the configuration only, so a load balancer may use any name or address.
  request.headers.host = config.shopify.appUrl.host
  delete request.headers['x-forwarded-host']
  acceptOldSecret(request)
  if (SAFE_METHODS.includes(request.method ?? '')) return pages(request, response)
  if (!isOfOurOrigin(request) && !isOfExtension(request)) return answerWithStatus(request, response, 403)
  const body = await requestBodies.read(request)
  if (Buffer.isBuffer(body)) pages(withBody(request, body), response)
  else if (body !== null) answerWithStatus(request, response, body)
}

function isWellFormed({ headers: { host }, url }: IncomingMessage): boolean {
  return host !== undefined && HOST.test(host) && URL.canParse(`http://${host}`) && url?.startsWith('/') === true
}

/** Browsers send the origin with every form. A program that sends none has no merchant's session on its own. */
function isOfOurOrigin({ headers: { origin } }: IncomingMessage): boolean {
  return origin === undefined || origin === config.shopify.appUrl.origin
}

/** Extensions in the Shopify admin come from Shopify's origin. Their routes admit by a token in a header, which a form elsewhere cannot send. */
function isOfExtension({ url }: IncomingMessage): boolean {
  return url?.startsWith(EXTENSION_PATH) === true
}

/** Returns the same request with its body still to be read. */
function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const again = new IncomingMessage(request.socket)
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request
  Object.assign(again, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor })
  again.complete = true
  again.push(body)
  again.push(null)
  return again
}
