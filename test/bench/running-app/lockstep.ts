import type { ShopDomain } from '#app/core/ids.ts'
import { closeQueue, openQueue } from '#app/queue/conduct-queue.ts'
import { closeStore, openStore } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { redirectShopify } from '#test/sandbox/redirect.ts'
import { type BenchDatabase, openBenchDatabase } from '../process/bench-database.ts'
import { callsTo, type Remote } from '../process/remote-calls.ts'
import { portOf, type ProcessOptions, RunningProcess } from '../process/running-process.ts'
import type { calls } from '../stand-ins/stand-ins.ts'

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

export interface BenchShop {
  readonly domain: ShopDomain
  readonly account: string
  readonly key: string
}

/**
 * The shipped web and worker processes on a database of their own, between a Shopify and a Klaviyo in a third process. The
 * bench itself opens the store too, so that it can take steps that in life the merchant takes.
 */
export class Lockstep {
  readonly database: BenchDatabase
  readonly standIns: Remote<typeof calls>
  readonly #redirected: ProcessOptions
  readonly #processes: RunningProcess[]
  readonly #webUrl: string
  #shops = 0

  static async start(bench: string, { standInHeapMb }: { standInHeapMb: number }): Promise<Lockstep> {
    const database = await openBenchDatabase(bench)
    const standInProcess = new RunningProcess('test/bench/stand-ins/stand-ins.ts', {
      nodeArgs: [`--max-old-space-size=${standInHeapMb}`],
    })
    const standIns = callsTo<typeof calls>(standInProcess.child)
    const origin = await standIns('origin')
    const redirected: ProcessOptions = {
      env: { DATABASE_URL: database.url, SANDBOX_SHOPIFY_ORIGIN: origin, PORT: '0' },
      nodeArgs: ['--import', './test/sandbox/redirect-shopify.mjs'],
    }
    const web = new RunningProcess('app/web.ts', redirected)
    const webUrl = `http://127.0.0.1:${await portOf(web)}`
    await standIns('sendWebhooksTo', webUrl)
    redirectShopify(origin)
    await openStore(database.url)
    await openQueue(database.url, { role: 'web' })
    return new Lockstep({ database, standIns, redirected, processes: [standInProcess, web], webUrl })
  }

  private constructor(parts: {
    database: BenchDatabase
    standIns: Remote<typeof calls>
    redirected: ProcessOptions
    processes: RunningProcess[]
    webUrl: string
  }) {
    this.database = parts.database
    this.standIns = parts.standIns
    this.#redirected = parts.redirected
    this.#processes = parts.processes
    this.#webUrl = parts.webUrl
  }

  /** Resolves when the worker works. */
  async startWorker(): Promise<RunningProcess> {
    const worker = this.startBeside('app/worker/main.ts')
    await worker.line(({ event }) => event === 'worker_started')
    return worker
  }

  /** Starts a process in the surroundings of our own: the same database, Shopify and Klaviyo. */
  startBeside(file: string): RunningProcess {
    const started = new RunningProcess(file, this.#redirected)
    this.#processes.push(started)
    return started
  }

  /** A shop with customers, and the app installed by an embedded page being opened; not yet connected. */
  async installShop(setup: { customers: number; restoreRate?: number }): Promise<BenchShop> {
    const number = ++this.#shops
    const domain = `bench-${number}.myshopify.com` as ShopDomain
    const { account, key } = await this.addAccount()
    await this.standIns('addShop', { domain, seed: number, ...setup })
    const page = `${this.#webUrl}/app?${await this.standIns('pageParams', domain)}`
    const answer = await fetch(page, { headers: { 'user-agent': BROWSER } })
    if (!answer.ok) throw new Error(`The page answered ${answer.status} at installation`)
    await answer.text()
    return { domain, account, key }
  }

  async addAccount(): Promise<{ account: string; key: string }> {
    const number = crypto.randomUUID().replaceAll('-', '')
    const made = { account: `ACC${number}`, key: `pk_${number}` }
    await this.standIns('addAccount', made)
    return made
  }

  /** Connects as the settings page does; the backfill is queued from then on. */
  async connect({ domain, key }: BenchShop): Promise<void> {
    const outcome = await connectKlaviyo(domain, key, new Date())
    if (outcome.kind !== 'connected') throw new Error(`${domain} was not connected: ${outcome.kind}`)
  }

  async close(): Promise<void> {
    await closeQueue(0)
    await closeStore()
    // The worker lets go first; the stand-ins, the oldest of all, go last.
    for (const process of this.#processes.toReversed()) await process.stop()
    await this.database.close()
  }
}

