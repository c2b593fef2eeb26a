import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequestHandler } from '@remix-run/express'
import type { ServerBuild } from '@remix-run/node'
import compression from 'compression'
import express from 'express'
import { type AnswerPage, admitToPages } from '#app/http/page-requests.ts'
import { addSecurityHeaders } from '#app/http/security-headers.ts'
import { StoppableServer } from '#app/http/stoppable-server.ts'
import { pageAnswered } from '#app/telemetry/facts.ts'
import { log, wordsOf } from '#app/telemetry/log.ts'
import { answerProbe } from '#app/telemetry/operations-server.ts'
import { inRequest, requestIdOf } from '#app/telemetry/request-id.ts'
import { takeDelivery, webhookAt } from '#app/webhooks/door.ts'
import { readinessOf } from './process/readiness.ts'

const ROOT = new URL('..', import.meta.url).pathname
/** How long a whole request may take to arrive, in milliseconds; otherwise it is answered 408 and its connection is closed. */
const REQUEST_TIMEOUT_MS = 10_000
/**
 * Longer than load balancers keep an idle connection, in milliseconds; otherwise they send a request on one that is being closed:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
 */
const KEEP_ALIVE_MS = 75_000
const TIMES = {
  keepAliveTimeout: KEEP_ALIVE_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  headersTimeout: REQUEST_TIMEOUT_MS,
  connectionsCheckingInterval: 1_000,
}

/**
 * Creates the one HTTP server: Shopify's deliveries go to webhooks/, before Remix; everything else goes to the pages. No request address is
 * ever logged: Shopify puts its id_token into it.
 */
export function createWebServer(pages: AnswerPage): StoppableServer {
  const server = new StoppableServer(TIMES, (request, response) => {
    addSecurityHeaders(response)
    const id = requestIdOf(request.headers['x-request-id'])
    response.setHeader('x-request-id', id)
    inRequest(id, () => answer(request, response))
  })
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '/'
    const take = request.method === 'POST' ? webhookAt(url) : null
    if (take) {
      answered(takeDelivery(take, request, response), response)
      return
    }
    const probe = url.split('?')[0]
    if (probe === '/livez') return void answerProbe(response, { isReady: true, facts: { alive: true } })
    // The older name of /readyz.
    if (probe === '/readyz' || probe === '/healthz') return void answerReadiness(server, response)
    if (pageAnswered.isHeard) tellAnswer(response)
    answered(admitToPages(pages, request, response), response)
  }
  /** A fault in what answers one request must not end the process. */
  function answered(done: Promise<void>, response: ServerResponse): void {
    done.catch((error: unknown) => {
      log('request_failed', { error: wordsOf(error) })
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    })
  }
  return server
}

/** Returns the built pages with their assets. */
export async function builtPages(): Promise<AnswerPage> {
  const build = (await import(new URL('../build/server/index.js', import.meta.url).href)) as ServerBuild
  const pages = express()
    .disable('x-powered-by')
    .use(compression())
    .use('/assets', express.static(`${ROOT}build/client/assets`, { immutable: true, maxAge: '1y' }))
    .use(express.static(`${ROOT}build/client`, { maxAge: '1h' }))
    .all('*', createRequestHandler({ build, mode: process.env.NODE_ENV ?? 'production' }))
  return pages as unknown as AnswerPage
}

async function answerReadiness({ isStopping }: StoppableServer, response: ServerResponse): Promise<void> {
  answerProbe(response, await readinessOf({ isStopping }))
}

function tellAnswer(response: ServerResponse): void {
  const begun = performance.now()
  response.once('finish', () => pageAnswered.tell({ status: response.statusCode, tookMs: performance.now() - begun }))
}
