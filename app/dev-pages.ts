import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequestHandler } from '@remix-run/express'
import type { ServerBuild } from '@remix-run/node'
import express from 'express'
import { createServer } from 'vite'

/** The pages as Vite serves them while they are being written: built at each request, reloaded in the browser. */
export async function devPages(): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const vite = await createServer({ server: { middlewareMode: true, allowedHosts: true } }) // the tunnel's host is another each time
  const build = () => vite.ssrLoadModule('virtual:remix/server-build') as Promise<ServerBuild>
  const pages = express()
    .use(vite.middlewares)
    .all('*', createRequestHandler({ build, mode: 'development' }))
  return pages as unknown as (request: IncomingMessage, response: ServerResponse) => void
}
