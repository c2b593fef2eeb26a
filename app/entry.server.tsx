import { PassThrough } from 'node:stream'
import {
  type ActionFunctionArgs,
  createReadableStreamFromReadable,
  type EntryContext,
  type LoaderFunctionArgs,
} from '@remix-run/node'
import { isRouteErrorResponse, RemixServer } from '@remix-run/react'
import { isbot } from 'isbot'
import { renderToPipeableStream } from 'react-dom/server'
import { addDocumentResponseHeaders } from '#app/shopify.server.ts'
import { log, wordsOf } from '#app/sync/log.ts'

/** What has not been drawn by then is given up. */
export const streamTimeout = 5_000

export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
): Promise<Response> {
  // Shopify's library names the shop's admin as the only place for a frame; of a request that names no shop it says nothing.
  headers.set('Content-Security-Policy', "frame-ancestors 'none'")
  addDocumentResponseHeaders(request, headers)
  headers.set('Content-Type', 'text/html; charset=utf-8')
  const page = await draw(request, remixContext)
  return new Response(page.body, { status: page.failed() ? 500 : status, headers })
}

/** A bot gets the page when all of it is there, a person as soon as there is something to see. */
function draw(request: Request, remixContext: EntryContext): Promise<{ body: ReadableStream; failed: () => boolean }> {
  const ready = isbot(request.headers.get('user-agent')) ? 'onAllReady' : 'onShellReady'
  return new Promise((resolve, reject) => {
    let failed = false
    const { pipe, abort } = renderToPipeableStream(
      <RemixServer context={remixContext} url={request.url} abortDelay={streamTimeout} />,
      {
        [ready]() {
          const body = new PassThrough()
          resolve({ body: createReadableStreamFromReadable(body), failed: () => failed })
          pipe(body)
        },
        onShellError: reject,
        onError(error) {
          failed = true
          pageFailed(error)
        },
      },
    )
    // Later than Remix gives up on what a loader promised, so that its answer can still be drawn.
    setTimeout(abort, streamTimeout + 1_000).unref()
  })
}

/** Remix tells of every error here. Its request stays out of the log: the URL carries the session token. */
export function handleError(error: unknown, { request }: LoaderFunctionArgs | ActionFunctionArgs): void {
  if (request.signal.aborted || isRouteErrorResponse(error)) return
  pageFailed(error)
}

function pageFailed(error: unknown): void {
  const where = error instanceof Error ? (error.stack?.match(/^\s+at .*$/m)?.[0].trim() ?? null) : null
  log('page_failed', { error: wordsOf(error), where })
}
