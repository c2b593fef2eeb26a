import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createRequestHandler } from '@remix-run/express'
import type { ServerBuild } from '@remix-run/node'
import compression from 'compression'
import express from 'express'
import { isStoreUp } from '#app/store/database.ts'
import { takeDelivery, webhookAt } from '#app/webhooks/door.ts'

const ROOT = new URL('..', import.meta.url).pathname

/**
 * The one HTTP server: Shopify's deliveries go to webhooks/, ahead of everything Remix does; the rest is the people's.
 * No request address is ever logged: Shopify puts its id_token into it.
 */
export function createWebServer(people: (request: IncomingMessage, response: ServerResponse) => void): Server {
  return createServer((request, response) => {
    const url = request.url ?? '/'
    const take = request.method === 'POST' ? webhookAt(url) : null
    if (take) return takeDelivery(take, request, response)
    if (url === '/healthz') return void answerHealth(response)
    people(request, response)
  })
}

/** The built pages with their assets. */
export async function builtPages(): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const build = (await import(new URL('../build/server/index.js', import.meta.url).href)) as ServerBuild
  const pages = express()
    .disable('x-powered-by')
    .use(compression())
    .use('/assets', express.static(`${ROOT}build/client/assets`, { immutable: true, maxAge: '1y' }))
    .use(express.static(`${ROOT}build/client`, { maxAge: '1h' }))
    .all('*', createRequestHandler({ build, mode: process.env.NODE_ENV ?? 'production' }))
  return pages as unknown as (request: IncomingMessage, response: ServerResponse) => void
}

/** For load balancers: 200 while the database answers, else 503. */
async function answerHealth(response: ServerResponse): Promise<void> {
  const up = await isStoreUp()
  response.writeHead(up ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ database: up ? 'up' : 'down' }))
}
