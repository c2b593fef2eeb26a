import { type ChildProcess, spawn } from 'node:child_process'

/** Exit code of a process that has logged why it cannot start, and that would fail again in the same way: EX_CONFIG of sysexits.h. */
export const CANNOT_START = 78

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
/** A process that has run for this long, in milliseconds, did not fail at its start. */
const STABLE_AFTER_MS = 60_000

export interface Part {
  readonly file: string
  /** For Node, such as the size of the heap. */
  readonly flags?: readonly string[]
  readonly args?: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

export interface Keeping {
  /** In milliseconds; doubled each time until the process has run for a minute, or the pause is a minute. */
  readonly firstPauseMs?: number
  readonly onRestart: (ended: { code: number | null; signal: string | null; restartInMs: number }) => void
  /** Called instead of a restart if the process ended with CANNOT_START. */
  readonly onCannotStart: () => void
}

/** A process that is started again whenever it ends: nothing is lost with it. It notices by its IPC channel when this process ends. */
export class SupervisedProcess {
  readonly #part: Part
  readonly #keeping: Keeping
  #child: ChildProcess | null = null
  #restart: NodeJS.Timeout | undefined
  #isStopping = false
  #pauseMs: number

  constructor(part: Part, keeping: Keeping) {
    this.#part = part
    this.#keeping = keeping
    this.#pauseMs = keeping.firstPauseMs ?? FIRST_PAUSE_MS
    this.#start()
  }

  /** Sends the signal, and resolves when the process has ended. It is not started again. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#restart)
    const child = this.#child
    if (!child) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  #start(): void {
    const { file, flags = [], args = [], env } = this.#part
    const startedAt = performance.now()
    const child = spawn(process.execPath, [...flags, ...process.execArgv, file, ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env,
    })
    this.#child = child
    child.once('error', () => child.pid === undefined && this.#ended(startedAt, null, null)) // it could not be started
    child.once('exit', (code, signal) => this.#ended(startedAt, code, signal))
  }

  #ended(startedAt: number, code: number | null, signal: string | null): void {
    this.#child = null
    if (this.#isStopping) return
    if (code === CANNOT_START) {
      this.#keeping.onCannotStart()
      return
    }
    const { firstPauseMs = FIRST_PAUSE_MS, onRestart } = this.#keeping
    if (performance.now() - startedAt > STABLE_AFTER_MS) this.#pauseMs = firstPauseMs
    onRestart({ code, signal, restartInMs: this.#pauseMs })
    this.#restart = setTimeout(() => this.#start(), this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
  }
}
