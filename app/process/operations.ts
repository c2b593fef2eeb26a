import { poolUse } from '#app/store/database.ts'
import { lockstepVersion } from '#app/telemetry/lockstep-version.ts'
import { log, wordsOf } from '#app/telemetry/log.ts'
import type { Metrics } from '#app/telemetry/metrics.ts'
import type { Config } from '../config.server.ts'
import { cannotStart } from './cannot-start.ts'
import { readinessOf } from './readiness.ts'
import { whyNotListening } from './why-not-listening.ts'

/** What Prometheus and probes are told of this process. */
interface Operations {
  readonly role: 'web' | 'worker'
  readonly isStopping: () => boolean
  /** Whether the process's own loop goes on. */
  readonly hasTurned?: () => boolean
  /** Adds what this kind of process counts. */
  readonly count: (metrics: Metrics) => void
}

/** Makes traces if the configuration says where to send them. Returns what sends the last of them before the process ends. */
export async function startTraces(
  { tracing }: Config,
  { role }: Pick<Operations, 'role'>,
): Promise<() => Promise<void>> {
  if (tracing === null) return async () => {}
  const { startTracing } = await import('#app/telemetry/tracing.ts')
  const finish = startTracing(tracing, { role, version: await lockstepVersion() })
  return () => finish().catch((error: unknown) => log('telemetry_failed', { what: 'traces', error: wordsOf(error) }))
}

/** Listens for Prometheus and probes if the configuration names a port for them; otherwise nothing is counted and nothing loaded. */
export async function startOperations({ metrics: at }: Config, process_: Operations): Promise<void> {
  if (at === null) return
  const { Metrics } = await import('#app/telemetry/metrics.ts')
  const { startOperationsServer } = await import('#app/telemetry/operations-server.ts')
  const { role, isStopping, hasTurned = () => true } = process_
  const metrics = new Metrics({ role, version: await lockstepVersion() })
  const readiness = () => readinessOf({ isStopping: isStopping(), hasTurned: hasTurned() })
  metrics.sample({
    name: 'lockstep_ready',
    help: '1 if the process can do its work, as /readyz says.',
    read: async () => [[{}, Number((await readiness()).isReady)]],
  })
  metrics.sample({
    name: 'lockstep_database_connections',
    help: 'Connections of this process to the database, and how many statements wait for one.',
    labels: ['state'],
    read: () => Object.entries(poolUse()).map(([state, count]) => [{ state }, count]),
  })
  process_.count(metrics)
  try {
    const server = await startOperationsServer(at, { metrics, readiness })
    const { port } = server.address() as { port: number }
    log('operations_started', { host: at.host, port })
  } catch (error) {
    process.exit(cannotStart(whyNotListening(error, { ...at, setting: 'METRICS_' })))
  }
}
