import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StandInShopify } from '../shopify/server.ts'
import { proxyToApp } from './app-proxy.ts'
import { type FrameAnswer, type FramePages, frameAnswer } from './frame-pages.ts'

export interface AdminFrameOptions {
  readonly port?: number
  readonly appOrigin: string
  readonly shopify: StandInShopify
  /** The domain of the shop whose admin it is where the address names none. */
  readonly shop: string
}

export interface AdminFrame {
  /** Also the app's SHOPIFY_APP_URL: the frame passes everything on that is not its own. */
  readonly url: string
  close(): Promise<void>
}

/** An admin for an ordinary browser: a page with the app in it, on one origin with the app. */
export async function startAdminFrame(options: AdminFrameOptions): Promise<AdminFrame> {
  const { appOrigin, shopify, shop } = options
  const pages: FramePages = { shopify, shop, appOrigin: '' }
  const server = createServer((request, response) => answer(pages, appOrigin, { request, response }))
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

function answer(pages: FramePages, appOrigin: string, { request, response }: Call): void {
  const own = ownAnswer(pages, request)
  if (own === null) {
    proxyToApp(appOrigin, request, response)
  } else {
    response.writeHead(own.status, { 'content-type': own.contentType, 'cache-control': 'no-store' })
    response.end(own.body)
  }
}

function ownAnswer(pages: FramePages, request: IncomingMessage): (FrameAnswer & { status: number }) | null {
  try {
    const own = frameAnswer(pages, new URL(request.url ?? '/', 'http://localhost'))
    return own && { status: 200, ...own }
  } catch (error) {
    return { status: 404, contentType: 'text/plain', body: String(error) } // the address of a shop that is not there, say
  }
}
