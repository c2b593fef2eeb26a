import { randomBytes } from 'node:crypto'
import type { ActionFunctionArgs, EntryContext, LoaderFunctionArgs } from '@remix-run/node'
import { isRouteErrorResponse, RemixServer } from '@remix-run/react'
import type { ReactNode } from 'react'
import { renderToReadableStream } from 'react-dom/server.browser'
import { pagePolicy } from '#app/http/page-policy.ts'
import { addDocumentResponseHeaders } from '#app/shopify.server.ts'
import { log, wordsOf } from '#app/sync/log.ts'
import { Nonce } from '#app/ui/frame/nonce.ts'

/** Rendering is aborted after this time. */
export const streamTimeout = 5_000

export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
): Promise<Response> {
  // Shopify's library names the shop's admin as the only place for a frame; it sets no header for a request that names no shop.
  headers.set('Content-Security-Policy', "frame-ancestors 'none'")
  addDocumentResponseHeaders(request, headers)
  const nonce = randomBytes(16).toString('base64')
  // Vite's own scripts, during development, carry none.
  const frames = headers.get('Content-Security-Policy') ?? ''
  if (!import.meta.env.DEV) headers.set('Content-Security-Policy', pagePolicy({ frames, nonce }))
  headers.set('Content-Type', 'text/html; charset=utf-8')
  const page = await drawPage(
    <Nonce.Provider value={nonce}>
      <RemixServer context={remixContext} url={request.url} abortDelay={streamTimeout} nonce={nonce} />
    </Nonce.Provider>,
    nonce,
  )
  return new Response(page.html, { status: page.failed ? 500 : status, headers })
}

/**
 * The whole page as text, whose scripts carry the nonce, and whether a part of it could not be rendered. React's writer for browsers encodes each text before it
 * fills its buffer with them. React 18's writer for Node encodes into the buffer, and where a character of several bytes does not fit the
 * end of that, what lay there before goes out in its place.
 */
export async function drawPage(
  page: ReactNode,
  nonce?: string,
): Promise<{ readonly html: string; readonly failed: boolean }> {
  let failed = false
  const late = new AbortController()
  const stream = await renderToReadableStream(page, {
    signal: late.signal,
    ...(nonce && { nonce }),
    onError(error) {
      failed = true
      pageFailed(error)
    },
  })
  // Later than Remix gives up on what a loader promised, so that its answer can still be rendered.
  const timer = setTimeout(() => late.abort(), streamTimeout + 1_000)
  const html = await new Response(stream).text()
  clearTimeout(timer)
  return { html, failed }
}

/** Remix reports every error here. Its request stays out of the log: the URL carries the session token. */
export function handleError(error: unknown, { request }: LoaderFunctionArgs | ActionFunctionArgs): void {
  if (request.signal.aborted || isRouteErrorResponse(error)) return
  pageFailed(error)
}

function pageFailed(error: unknown): void {
  const where = error instanceof Error ? (error.stack?.match(/^\s+at .*$/m)?.[0].trim() ?? null) : null
  log('page_failed', { error: wordsOf(error), where })
}
