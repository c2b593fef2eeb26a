import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export const ROOT = new URL('../../..', import.meta.url).pathname

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly nodeArgs?: readonly string[]
  readonly args?: readonly string[]
}

/** A line of the JSON that our processes write. */
export interface LogLine {
  /** When it was read, in ms since 1970 by the clock of this machine; its own `at` is by the database's. */
  readonly heardAt?: number
  readonly at?: string
  readonly event: string
  readonly [fact: string]: unknown
}

const STOP_WITHIN_MS = 20_000
const SAYS_WITHIN_MS = 60_000

/** A Node process of the bench's own: what it logs is listened to, and it is ended by its id. */
export class RunningProcess {
  readonly child: ChildProcess
  readonly lines: LogLine[] = []
  readonly #name: string
  readonly #heard = new Set<() => void>()
  readonly #kill = () => void this.child.kill('SIGKILL')
  #complaint = ''

  /** `file` is relative to the repository. */
  constructor(file: string, { env = {}, nodeArgs = [], args = [] }: ProcessOptions = {}) {
    this.#name = file
    this.child = spawn(process.execPath, [...nodeArgs, file, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.#hear(line))
    this.child.stderr!.on('data', (text) => {
      this.#complaint = (this.#complaint + text).slice(-4_000)
    })
    this.child.once('exit', () => {
      process.off('exit', this.#kill)
      this.#tell()
    })
    process.once('exit', this.#kill) // none outlives the bench, however that ends
  }

  get pid(): number {
    return this.child.pid!
  }

  /** The last that it wrote to standard error. */
  get complaint(): string {
    return this.#complaint
  }

  /** Resolves with the first line, heard already or still to come, for which `wanted` holds. */
  async line(wanted: (line: LogLine) => boolean, withinMs = SAYS_WITHIN_MS): Promise<LogLine> {
    const tooLate = AbortSignal.timeout(withinMs)
    for (let seen = 0; ; ) {
      for (; seen < this.lines.length; seen++) if (wanted(this.lines[seen]!)) return this.lines[seen]!
      if (this.#ended || tooLate.aborted) throw this.#failure('did not say what was waited for')
      await this.#next(tooLate)
    }
  }

  async stop(): Promise<void> {
    if (this.#ended) return
    const fence = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS)
    this.child.kill('SIGTERM')
    await once(this.child, 'exit')
    clearTimeout(fence)
  }

  get #ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  #hear(line: string): void {
    if (!line.startsWith('{')) return
    this.lines.push({ ...(JSON.parse(line) as LogLine), heardAt: Date.now() })
    this.#tell()
  }

  #tell(): void {
    for (const resolve of this.#heard) resolve()
    this.#heard.clear()
  }

  #next(tooLate: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#heard.add(resolve)
      tooLate.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  #failure(what: string): Error {
    return new Error(`${this.#name} ${what}. Its last words:\n${this.#complaint || JSON.stringify(this.lines.at(-1))}`)
  }
}

/** The port of a server that says where it listens, as our web process does. */
export async function portOf(server: RunningProcess): Promise<number> {
  const { address } = await server.line(({ address }) => address !== undefined)
  return (address as { port: number }).port
}
