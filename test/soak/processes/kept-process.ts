import { setTimeout as wait } from 'node:timers/promises'
import { portOf, RunningProcess } from '#test/bench/process/running-process.ts'

export interface KeptProcessSettings {
  readonly name: string
  readonly role: 'web' | 'worker'
  readonly env: Readonly<Record<string, string>>
  readonly flags: readonly string[]
  /** Hears the port whenever a web process listens, and null when it has ended. */
  readonly onPort: (port: number | null, before: number | null) => void
}

const files = { web: 'app/web.ts', worker: 'app/worker/main.ts' }
/** As a supervisor waits before it starts a process again. */
const RESTART_AFTER_MS = 1_000
const WORDS = 80

/** One of our processes, which is started again whenever it ends, as its host would. */
export class KeptProcess {
  readonly name: string
  readonly role: 'web' | 'worker'
  /** How often it ended without being killed by us. */
  crashes = 0
  kills = 0
  /** The last words of processes that crashed. */
  readonly complaints: string[] = []
  /** How often each failure was logged, by its event and the beginning of its words. */
  readonly failures = new Map<string, number>()
  readonly #settings: KeptProcessSettings
  #running: RunningProcess | null = null
  #port: number | null = null
  #inspected = ''
  #isKilled = false
  #isStopped = false

  constructor(settings: KeptProcessSettings) {
    this.name = settings.name
    this.role = settings.role
    this.#settings = settings
  }

  /** Null while it is not running. */
  get pid(): number | null {
    return this.#running?.pid ?? null
  }

  /** The address of its inspector; null unless its flags open one. */
  get inspector(): string | null {
    return /ws:\/\/\S+/.exec(this.#inspected)?.[0] ?? null
  }

  /** Resolves when it works. */
  async start(): Promise<void> {
    const { role, env, flags } = this.#settings
    const started = new RunningProcess(files[role], { env, nodeArgs: flags })
    this.#running = started
    this.#isKilled = false
    started.child.once('exit', () => void this.#ended(started))
    if (role === 'web') this.#tellPort(await portOf(started))
    else await started.line(({ event }) => event === 'worker_started')
    this.#inspected = started.complaint
  }

  /** kill -9. It is started again after a second. */
  kill(): void {
    if (!this.#running) return
    this.#isKilled = true
    this.kills++
    this.#running.child.kill('SIGKILL')
  }

  /** Takes the lines that it has logged so far out of memory, and counts those that tell of a failure. */
  countFailures(): void {
    for (const { event, error } of this.#running?.lines.splice(0) ?? []) {
      if (!event.endsWith('_failed')) continue
      const failure = `${event}: ${(typeof error === 'string' ? error : JSON.stringify(error ?? null)).slice(0, WORDS)}`
      this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1)
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running?.stop()
  }

  async #ended(ended: RunningProcess): Promise<void> {
    this.countFailures()
    this.#running = null
    this.#tellPort(null)
    if (this.#isStopped) return
    if (!this.#isKilled) {
      this.crashes++
      this.complaints.push(`${this.name} ended by itself: ${ended.complaint}`)
    }
    await wait(RESTART_AFTER_MS)
    if (!this.#isStopped) await this.start().catch(() => {}) // it ended while it started, and is started again for that
  }

  #tellPort(port: number | null): void {
    if (this.role === 'web') this.#settings.onPort(port, this.#port)
    this.#port = port
  }
}
