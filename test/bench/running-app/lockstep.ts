import { readFileSync } from 'node:fs'
import type { ShopDomain } from '#app/core/ids.ts'
import { closeStore, openStore } from '#app/store/database.ts'
import { type BenchDatabase, openBenchDatabase } from '../process/bench-database.ts'
import { callsTo, type Remote } from '../process/remote-calls.ts'
import { type ProcessOptions, portOf, ROOT, RunningProcess } from '../process/running-process.ts'
import type { calls } from '../stand-ins/stand-ins.ts'

export interface BenchShop {
  readonly domain: ShopDomain
  readonly account: string
  readonly key: string
}

export interface BenchShopSetup {
  readonly customers: number
  /** Points a second that Shopify gives back. */
  readonly restoreRate?: number
}

/** What bounds the memory of a process as `npm run <script>` starts it. */
function shippedFlags(script: string): string[] {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> }
  return scripts[script]?.match(/--max-[a-z-]+=\d+/g) ?? []
}

/** `PROFILE=<folder> npm run bench` leaves a CPU profile of each worker there. */
function profileFlags(): string[] {
  const folder = process.env.PROFILE
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []
}

/**
 * The shipped web and worker processes on a database of their own, between a Shopify and a Klaviyo in a third process. The
 * bench has the store open too, to look at.
 */
export class Lockstep {
  readonly standIns: Remote<typeof calls>
  readonly databaseUrl: string
  /** The process id of the web process. */
  readonly webPid: number
  readonly #database: BenchDatabase
  readonly #redirected: Required<Pick<ProcessOptions, 'env' | 'nodeArgs'>>
  readonly #processes: RunningProcess[]
  #shops = 0

  static async start(bench: string, { standInHeapMb = 2_000 } = {}): Promise<Lockstep> {
    const database = await openBenchDatabase(bench)
    const standInProcess = new RunningProcess('test/bench/stand-ins/stand-ins.ts', {
      nodeArgs: [`--max-old-space-size=${standInHeapMb}`],
    })
    const standIns = callsTo<typeof calls>(standInProcess.child)
    const redirected = {
      env: {
        DATABASE_URL: database.url,
        SANDBOX_SHOPIFY_ORIGIN: await standIns('origin'),
        PORT: '0',
        SHUTDOWN_DELAY_MS: '0',
      },
      nodeArgs: ['--import', './test/sandbox/redirect-shopify.mjs'],
    }
    const web = new RunningProcess('app/web.ts', redirected)
    await standIns('useApp', `http://127.0.0.1:${await portOf(web)}`)
    await openStore(database.url)
    return new Lockstep({ database, standIns, redirected, standInProcess, web })
  }

  private constructor(parts: {
    database: BenchDatabase
    standIns: Remote<typeof calls>
    redirected: Required<Pick<ProcessOptions, 'env' | 'nodeArgs'>>
    standInProcess: RunningProcess
    web: RunningProcess
  }) {
    this.standIns = parts.standIns
    this.databaseUrl = parts.database.url
    this.webPid = parts.web.pid
    this.#database = parts.database
    this.#redirected = parts.redirected
    this.#processes = [parts.standInProcess, parts.web]
  }

  /** Resolves when the worker works. */
  async startWorker(): Promise<RunningProcess> {
    const worker = this.startBeside('app/worker/main.ts', [...shippedFlags('start:worker'), ...profileFlags()])
    await worker.line(({ event }) => event === 'worker_started')
    return worker
  }

  /** Starts a process in the surroundings of our own: the same database, Shopify and Klaviyo. */
  startBeside(file: string, flags: readonly string[] = []): RunningProcess {
    const { env, nodeArgs } = this.#redirected
    const started = new RunningProcess(file, { env, nodeArgs: [...nodeArgs, ...flags] })
    this.#processes.push(started)
    return started
  }

  /** A shop with customers, and the app installed by its page being opened; not yet connected. */
  async installShop(setup: BenchShopSetup): Promise<BenchShop> {
    const number = ++this.#shops
    const shop = { domain: `bench-${number}.myshopify.com` as ShopDomain, ...(await this.addAccount()) }
    await this.standIns('addShop', { domain: shop.domain, seed: number, ...setup })
    await this.standIns('install', shop.domain)
    return shop
  }

  async addAccount(): Promise<{ account: string; key: string }> {
    const name = crypto.randomUUID().replaceAll('-', '')
    const made = { account: `ACC${name}`, key: `pk_${name}` }
    await this.standIns('addAccount', made)
    return made
  }

  async close(): Promise<void> {
    await closeStore()
    // The worker lets go first; the stand-ins, the oldest of all, go last.
    for (const process of this.#processes.toReversed()) await process.stop()
    await this.#database.drop()
  }
}
