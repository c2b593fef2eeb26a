import { readFileSync } from 'node:fs'
import pg from 'pg'
import { startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { isAlive } from '#app/store/embedded/process-lock.ts'
import { callsTo, type Remote } from '#test/bench/process/remote-calls.ts'
import { ROOT, RunningProcess } from '#test/bench/process/running-process.ts'
import { createMigratedDatabase, dropDatabase, givenServer, urlOf } from '#test/support/database-server.ts'
import { type FreezingProxy, startFreezingProxy } from '#test/support/freezing-proxy.ts'
import type { calls } from '../stand-ins/stand-ins.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { KeptProcess } from './kept-process.ts'

const WEB = 2
const WORKERS = 3
const STAND_IN_HEAP_MB = 4_000

/** Our processes on one Postgres of their own, with a Shopify and a Klaviyo in a process beside them. */
export interface Surroundings {
  readonly databaseUrl: string
  readonly standIns: Remote<typeof calls>
  readonly standInPid: number
  /** The first web process and the first worker reach the database through it. */
  readonly proxy: FreezingProxy
  /** Two web processes, then three workers. The first of each kind is never killed: its memory is measured over the whole soak. */
  readonly processes: readonly KeptProcess[]
  /** Ends everything. */
  close(): Promise<void>
}

/** Starts everything. If that fails, or `signal` is aborted meanwhile, what was started is ended, and it throws. */
export async function openSurroundings(signal: AbortSignal): Promise<Surroundings> {
  const closings: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of closings.splice(0).toReversed()) await end()
  }
  try {
    const database = await openDatabase()
    closings.push(database.close)
    const proxy = await startFreezingProxy(database.url)
    closings.push(() => proxy.close())
    const balancer = await startBalancer()
    closings.push(() => balancer.close())
    const standInProcess = new RunningProcess('test/soak/stand-ins/stand-ins.ts', {
      nodeArgs: [`--max-old-space-size=${STAND_IN_HEAP_MB}`],
    })
    closings.push(() => standInProcess.stop())
    const standIns = callsTo<typeof calls>(standInProcess.child)
    await standIns('useApp', balancer.origin)
    const urls = { direct: database.url, proxied: proxy.url, shopify: await standIns('origin') }
    const processes = ourProcesses(urls, balancer)
    closings.push(() => Promise.all(processes.map((one) => one.stop())))
    for (const one of processes) {
      await one.start() // one after the other: the first applies the migrations
      signal.throwIfAborted()
    }
    return { databaseUrl: database.url, standIns, standInPid: standInProcess.pid, proxy, processes, close }
  } catch (error) {
    await close()
    throw error
  }
}

function ourProcesses(
  { direct, proxied, shopify }: { direct: string; proxied: string; shopify: string },
  balancer: Balancer,
): KeptProcess[] {
  const kept = (role: 'web' | 'worker', number: number) =>
    new KeptProcess({
      name: `${role} ${number}`,
      role,
      env: {
        DATABASE_URL: number === 1 ? proxied : direct,
        SANDBOX_SHOPIFY_ORIGIN: shopify,
        PORT: '0',
        SHUTDOWN_DELAY_MS: '0',
      },
      flags: [
        ...(number === 1 ? ['--inspect=127.0.0.1:0'] : []),
        ...['--import', './test/sandbox/redirect-shopify.mjs'],
        ...(role === 'worker' ? shippedFlags() : []),
      ],
      onPort: (port, before) => {
        if (before !== null) balancer.remove(before)
        if (port !== null) balancer.add(port)
      },
    })
  const numbered = (role: 'web' | 'worker', count: number) => Array.from({ length: count }, (_, i) => kept(role, i + 1))
  return [...numbered('web', WEB), ...numbered('worker', WORKERS)]
}

/** What bounds the memory of a worker as `npm run start:worker` starts it. */
function shippedFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> }
  return scripts['start:worker']?.match(/--max-[a-z-]+=\d+/g) ?? []
}

/** An empty database: on the server that TEST_DATABASE_URL names, or on a durable cluster that only soaks use. */
async function openDatabase(): Promise<{ url: string; close: () => Promise<void> }> {
  const name = `soak_${process.pid}`
  const given = givenServer()
  if (given) {
    await createMigratedDatabase(given, name)
    return { url: urlOf(given, name), close: () => dropDatabase(given, name) }
  }
  const cluster = await startEmbeddedPostgres({ root: ROOT, name: 'soak-postgres', throwaway: true, database: name })
  await dropOldOnes(cluster.url)
  return {
    url: cluster.url,
    async close() {
      await dropDatabase(urlOf(cluster.url, 'postgres'), name)
      await cluster.stop()
    },
  }
}

/** What soaks left that were killed. */
async function dropOldOnes(url: string): Promise<void> {
  const db = new pg.Client({ connectionString: urlOf(url, 'postgres') })
  await db.connect()
  const { rows } = await db.query<{ datname: string }>(`select datname from pg_database where datname like 'soak\\_%'`)
  const abandoned = rows.filter(({ datname }) => !isAlive(Number(datname.split('_')[1])))
  for (const { datname } of abandoned) await db.query(`drop database "${datname}" with (force)`)
  await db.end()
}
