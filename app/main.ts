// npm start: web and worker in one process group, on the embedded database unless DATABASE_URL names another.
import { configuredOrExit } from './process/configured.ts'
import { SupervisedProcess } from './process/keep-running.ts'
import { translateShopifyCli } from './process/shopify-cli.ts'
import { untilStopped } from './process/until-stopped.ts'

/** As in the script start:worker: room for six shops' chunks, and garbage is collected before the heap outgrows them. */
const WORKER_HEAP = ['--max-semi-space-size=8', '--max-old-space-size=400']

const isDev = process.argv.includes('--dev')
if (isDev) translateShopifyCli(process.env)
const config = await configuredOrExit('supervisor', { isDev })
const { openDatabase } = await import('./process/open-database.ts')
const { closeStore } = await import('#app/store/database.ts')
const { log } = await import('#app/sync/log.ts')

const parts: SupervisedProcess[] = []
const database = await openDatabase(config.databaseUrl, { connections: 1 })
const fail = untilStopped(new AbortController(), async (signal) => {
  await Promise.all(parts.map((part) => part.stop(signal)))
  await closeStore()
  await database.stop()
})

/** Runs a process until this one stops. If it cannot be started, it has logged why, and this process ends too. */
function keepRunning(part: string, flags: readonly string[] = [], own: Readonly<Record<string, string>> = {}): void {
  const file = new URL(part, import.meta.url).pathname
  const env = { ...process.env, DATABASE_URL: database.url, ...own }
  const onRestart = (ended: Parameters<typeof log>[1]) => log('part_ended', { part, ...ended })
  parts.push(
    new SupervisedProcess({ file, flags, args: process.argv.slice(2), env }, { onRestart, onCannotStart: fail }),
  )
}

keepRunning('./web.ts')
// Two processes cannot listen on one port: the worker takes the next.
keepRunning(
  './worker/main.ts',
  WORKER_HEAP,
  config.metrics?.port ? { METRICS_PORT: String(config.metrics.port + 1) } : {},
)
