// npm start: web and worker in one process group, on the embedded database unless DATABASE_URL names another.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { configuredOrExit } from './process/configured.ts'
import { translateShopifyCli } from './process/shopify-cli.ts'
import { untilStopped } from './process/until-stopped.ts'

const RESTART_AFTER_MS = 1_000
/** As in the script start:worker: room for six shops' chunks, and garbage collected before it grows past them. */
const WORKER_HEAP = ['--max-semi-space-size=8', '--max-old-space-size=400']

if (process.argv.includes('--dev')) translateShopifyCli(process.env)
const config = await configuredOrExit()
const { openDatabase } = await import('./process/open-database.ts')
const { closeStore } = await import('#app/store/database.ts')

const stopping = new AbortController()
const database = await openDatabase(config.databaseUrl)
const children = new Set<ChildProcess>()

/** Runs a part until we stop; one that dies is started again, for nothing is lost with it. */
function keepRunning(part: string, flags: readonly string[] = []): void {
  const file = new URL(part, import.meta.url).pathname
  const env = { ...process.env, DATABASE_URL: database.url }
  const child = spawn(process.execPath, [...flags, ...process.execArgv, file, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
  })
  children.add(child)
  child.once('exit', () => {
    children.delete(child)
    if (!stopping.signal.aborted)
      setTimeout(() => stopping.signal.aborted || keepRunning(part, flags), RESTART_AFTER_MS)
  })
}

keepRunning('./web.ts')
keepRunning('./worker/main.ts', WORKER_HEAP)
untilStopped(stopping, async () => {
  await Promise.all(
    [...children].map((child) => {
      child.kill('SIGTERM')
      return once(child, 'exit')
    }),
  )
  await closeStore()
  await database.stop()
})
