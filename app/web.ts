// npm run start:web: the pages and Shopify's door. Any number of them may run on one database.
import { once } from 'node:events'
import { configuredOrExit } from './process/configured.ts'
import { untilStopped } from './process/until-stopped.ts'

const config = await configuredOrExit()
const { openDatabase } = await import('./process/open-database.ts')
const { closeStore } = await import('#app/store/database.ts')
const { closeQueue, openQueue } = await import('#app/queue/conduct-queue.ts')

const stopping = new AbortController()
const database = await openDatabase(config.databaseUrl)
await openQueue(database.url, { role: 'web' })
const { builtPages, createWebServer } = await import('./server.ts')
const pages = process.argv.includes('--dev') ? (await import('./dev-pages.ts')).devPages : builtPages
const server = createWebServer(await pages())
server.listen(config.port, config.host)
await once(server, 'listening')
untilStopped(stopping, async (signal) => {
  await server.stop(signal === 'SIGTERM' ? config.shutdownDelayMs : 0) // Ctrl-C comes from no load balancer
  await closeQueue(0)
  await closeStore()
  await database.stop()
})
process.stdout.write(
  `${JSON.stringify({ at: new Date().toISOString(), event: 'web_started', address: server.address() })}\n`,
)
