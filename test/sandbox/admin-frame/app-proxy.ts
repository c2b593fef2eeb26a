import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { APP_BRIDGE_ON_CDN, APP_BRIDGE_PATH } from './frame-pages.ts'
import { ReplacingStream } from './replacing-stream.ts'

/**
 * Passes a request on to the app and its answer back, so that the app lies on the frame's own origin. Only what
 * would keep an ordinary browser from showing it embedded without Shopify is changed, and only in HTML.
 */
export function proxyToApp(appOrigin: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { hostname, port } = new URL(appOrigin)
  const headers = { ...incoming.headers, ...(wantsHtml(incoming) && { 'accept-encoding': 'identity' }) }
  const options = { hostname, port, method: incoming.method, path: incoming.url, headers }
  const onward = request(options, (answer) => passBack(answer, outgoing))
  onward.on('error', (error) => {
    if (!outgoing.headersSent) outgoing.writeHead(502, { 'content-type': 'text/plain' })
    outgoing.end(`The app does not answer: ${error.message}`)
  })
  outgoing.on('close', () => onward.destroy())
  incoming.pipe(onward)
}

function passBack(answer: IncomingMessage, outgoing: ServerResponse): void {
  const isHtml = answer.headers['content-type']?.startsWith('text/html') ?? false
  outgoing.writeHead(answer.statusCode ?? 502, isHtml ? embeddable(answer.headers) : backHome(answer.headers))
  // A connection cut on either side ends both; there is nobody left to tell.
  const done = () => {}
  if (isHtml) pipeline(answer, new ReplacingStream(APP_BRIDGE_ON_CDN, APP_BRIDGE_PATH), outgoing, done)
  else pipeline(answer, outgoing, done)
}

function embeddable({ 'content-length': _, link, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  const policy = String(headers['content-security-policy'] ?? '').replace(/frame-ancestors[^;]*;?\s*/, '')
  const preloads = String(link ?? '')
    .split(/,(?=\s*<)/)
    .filter((one) => one && !one.includes(APP_BRIDGE_ON_CDN))
  return backHome({
    ...headers,
    'content-security-policy': `frame-ancestors 'self'; ${policy}`.trim(),
    ...(preloads.length > 0 && { link: preloads.join(',') }),
  })
}

/** The library sends a page without `embedded=1` to the admin; here the admin is the frame. */
function backHome(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  if (!headers.location?.startsWith('https://admin.shopify.com/')) return headers
  return { ...headers, location: headers.location.replace('https://admin.shopify.com', '') }
}

function wantsHtml({ headers }: IncomingMessage): boolean {
  return headers.accept?.includes('text/html') ?? false
}
