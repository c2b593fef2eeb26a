// npm run start:web: the pages and Shopify's webhooks, by HTTPS and from queues. Any number of them may run on one database.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { cannotStart } from './process/cannot-start.ts'
import { configuredOrExit } from './process/configured.ts'
import { endWhileStarting, untilStopped } from './process/until-stopped.ts'
import { whyNotListening } from './process/why-not-listening.ts'

endWhileStarting()
const isDev = process.argv.includes('--dev')
const config = await configuredOrExit('web', { isDev })
const { openDatabase } = await import('./process/open-database.ts')
const { closeStore } = await import('#app/store/database.ts')
const { saveWebhookCounts } = await import('#app/sync/intake/count-webhooks.ts')
const { log } = await import('#app/sync/log.ts')
const { closeQueue, openQueue } = await import('#app/queue/sync-queue.ts')

/** Requests that speak to the database at once; others wait for a moment. */
const CONNECTIONS = 10

const database = await openDatabase(config.databaseUrl, { connections: CONNECTIONS })
await openQueue(database.connection, { role: 'web' })
const { startOperations, startTraces } = await import('./process/operations.ts')
const { requestBodies } = await import('#app/http/request-bodies.ts')
const { builtPages, createWebServer } = await import('./server.ts')
const { openQueues } = await import('#app/webhooks/queues/open-queues.ts')
const pages = isDev ? (await import('./dev-pages.ts')).devPages : builtPages
const server = createWebServer(await pages())
let stopQueues = async () => {}

const finishTraces = await startTraces(config, { role: 'web' })
async function close(): Promise<void> {
  await saveWebhookCounts()
  await finishTraces()
  await closeQueue(0)
  await closeStore()
  await database.stop()
}

try {
  stopQueues = await openQueues(config.queues)
  server.listen(config.port, config.host)
  await once(server, 'listening')
} catch (error) {
  await stopQueues()
  const code = cannotStart(whyNotListening(error, config))
  await close()
  process.exit(code)
}
await startOperations(config, {
  role: 'web',
  isStopping: () => server.isStopping,
  count(metrics) {
    metrics.hearWeb()
    metrics.hearCalls()
    const read = (of: 'open' | 'bytes') => () => [[{}, requestBodies.use[of]]] as const
    metrics.sample({ name: 'lockstep_request_bodies_open', help: 'Bodies being read now.', read: read('open') })
    metrics.sample({ name: 'lockstep_request_bodies_bytes', help: 'Memory they take.', read: read('bytes') })
  },
})
untilStopped(new AbortController(), async (signal) => {
  const queuesStopped = stopQueues()
  // Neither Ctrl-C nor a changed file comes from a load balancer.
  await server.stop(signal === 'SIGTERM' && !isDev ? config.shutdownDelayMs : 0)
  await queuesStopped
  await close()
})
log('web_started', { address: server.address() as AddressInfo & Record<string, string | number> })
