import { checkCommit, type DatabaseHealth } from '#app/store/can-commit.ts'
import { log } from '#app/telemetry/log.ts'
import type { Readiness } from '#app/telemetry/operations-server.ts'

/** Probes and Prometheus may ask as often as they like: the database is asked once in this time, in milliseconds. */
const FRESH_MS = 1_000

let asked: { readonly at: number; readonly health: Promise<DatabaseHealth> } | null = null
let last: DatabaseHealth = 'up'

/**
 * Whether this process can do its work: it is not stopping, the database takes commits, and with `hasTurned` the process's own loop goes on.
 * Answers within two seconds.
 */
export async function readinessOf({
  isStopping,
  hasTurned = true,
}: {
  isStopping: boolean
  hasTurned?: boolean
}): Promise<Readiness> {
  // While the process stops, the store may be closed already.
  const database = isStopping ? last : await databaseHealth()
  return {
    isReady: database === 'up' && !isStopping && hasTurned,
    facts: { database, ...(isStopping && { stopping: true }), ...(!hasTurned && { stuck: true }) },
  }
}

async function databaseHealth(): Promise<DatabaseHealth> {
  const now = performance.now()
  if (!asked || now - asked.at > FRESH_MS) asked = { at: now, health: noted(checkCommit()) }
  return asked.health
}

/** Logs that the database takes no commits any more, and that it does again. */
async function noted(checked: Promise<DatabaseHealth>): Promise<DatabaseHealth> {
  const health = await checked
  if (health !== last) log(health === 'up' ? 'readiness_regained' : 'readiness_lost', { database: health })
  last = health
  return health
}
