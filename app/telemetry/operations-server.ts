import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { log, wordsOf } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What a probe is told. */
export interface Readiness {
  readonly isReady: boolean
  readonly facts: Readonly<Record<string, string | boolean>>
}

/** For load balancers and orchestrators: 200 if ready, otherwise 503, and why. */
export function answerProbe(response: ServerResponse, { isReady, facts }: Readiness): void {
  response.writeHead(isReady ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(facts))
}

/**
 * Listens for Prometheus and for probes of this process, on a port that is not for the public: `/metrics`, `/livez` (the process answers) and
 * `/readyz`. Rejects if it cannot listen there.
 */
export async function startOperationsServer(
  { host, port }: { host: string; port: number },
  { metrics, readiness }: { metrics: Metrics; readiness: () => Promise<Readiness> },
): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/metrics') return void answerMetrics(metrics, response)
    if (path === '/livez') return answerProbe(response, { isReady: true, facts: { alive: true } })
    if (path === '/readyz') return void readiness().then((now) => answerProbe(response, now))
    response.writeHead(404).end()
  })
  server.listen(port, host)
  await once(server, 'listening')
  server.unref()
  return server
}

async function answerMetrics(metrics: Metrics, response: ServerResponse): Promise<void> {
  try {
    const { contentType, text } = await metrics.read()
    response.writeHead(200, { 'content-type': contentType }).end(text)
  } catch (error) {
    log('telemetry_failed', { what: 'metrics', error: wordsOf(error) })
    response.writeHead(500).end()
  }
}
