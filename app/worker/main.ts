// npm run start:worker: the process that syncs shops. Any number of them may run on one database.
import { setTimeout as wait } from 'node:timers/promises'
import { configuredOrExit } from '../process/configured.ts'
import { untilStopped } from '../process/until-stopped.ts'

const config = await configuredOrExit('worker')
const { openDatabase } = await import('../process/open-database.ts')
const { closeStore } = await import('#app/store/database.ts')
const { log } = await import('#app/sync/log.ts')
const { closeQueue, openQueue } = await import('#app/queue/sync-queue.ts')
const { connectionsFor, startWork } = await import('./work.ts')

const GRACE_MS = 15_000

const stopping = new AbortController()
const database = await openDatabase(config.databaseUrl, { connections: connectionsFor(config.workerShops) })
await openQueue(database.connection, { role: 'worker' })
const work = startWork({ shopsAtOnce: config.workerShops, signal: stopping.signal })
untilStopped(stopping, async () => {
  const turnsEnded = work.then(({ allEnded }) => allEnded())
  await Promise.all([closeQueue(GRACE_MS), Promise.race([turnsEnded, wait(GRACE_MS)])])
  await closeStore()
  await database.stop()
})
await work
log('worker_started', {})
