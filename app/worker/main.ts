// npm run start:worker: the process that syncs shops. Any number of them may run on one database.
import { setTimeout as wait } from 'node:timers/promises'
import { configuredOrExit } from '../process/configured.ts'
import { endWhileStarting, untilStopped } from '../process/until-stopped.ts'
import type { Work } from './work.ts'

endWhileStarting()
const config = await configuredOrExit('worker')
const { openDatabase } = await import('../process/open-database.ts')
const { closeStore } = await import('#app/store/database.ts')
const { log } = await import('#app/sync/log.ts')
const { closeQueue, lastLookedAt, openQueue } = await import('#app/queue/sync-queue.ts')
const { connectionsFor, startWork } = await import('./work.ts')
const { startOperations, startTraces } = await import('../process/operations.ts')
const { countWork } = await import('./worker-metrics.ts')

const GRACE_MS = 15_000
/** A worker that has not looked for a job for this long, in milliseconds, is stuck: it looks every few seconds. */
const STUCK_MS = 90_000
const startedAt = Date.now()

const stopping = new AbortController()
const database = await openDatabase(config.databaseUrl, { connections: connectionsFor(config.workerShops) })
await openQueue(database.connection, { role: 'worker' })
const finishTraces = await startTraces(config, { role: 'worker' })
// Before the work, so that all of it is counted.
let begun: Work | null = null
await startOperations(config, {
  role: 'worker',
  isStopping: () => stopping.signal.aborted,
  hasTurned: () => Date.now() - (lastLookedAt()?.getTime() ?? startedAt) < STUCK_MS,
  count: (metrics) => countWork(metrics, { slots: () => begun?.slots() ?? [] }),
})
const work = startWork({ shopsAtOnce: config.workerShops, signal: stopping.signal })
untilStopped(stopping, async () => {
  const turnsEnded = work.then(({ allEnded }) => allEnded())
  await Promise.all([closeQueue(GRACE_MS), Promise.race([turnsEnded, wait(GRACE_MS)])])
  await finishTraces()
  await closeStore()
  await database.stop()
})
begun = await work
log('worker_started', {})
