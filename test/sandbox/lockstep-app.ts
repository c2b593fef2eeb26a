import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = new URL('../..', import.meta.url).pathname

export interface AppSettings {
  /** Such as `app/main.ts`. */
  readonly entry: string
  readonly shopifyOrigin: string
  readonly env: Readonly<Record<string, string>>
  /** The folder that holds the app. Default: this checkout. */
  readonly root?: string
  /** The user that runs it, where that may be chosen. Default: the one that runs this process. */
  readonly uid?: number
  /** Hears every line the app logs. */
  readonly onLine?: (line: string) => void
}

/** The shipped app, unchanged, as a child process in which Shopify's hosts lead to the stand-in. */
export class LockstepApp {
  readonly #process: ChildProcess
  readonly #lines: string[] = []
  readonly #onLine: (line: string) => void
  readonly #listeners = new Set<() => void>()

  constructor({ entry, shopifyOrigin, env, root = ROOT, uid, onLine = () => {} }: AppSettings) {
    this.#onLine = onLine
    this.#process = spawn(
      process.execPath,
      ['--import', `${ROOT}test/sandbox/redirect-shopify.mjs`, join(root, entry)],
      {
        cwd: root,
        ...(uid !== undefined && process.getuid?.() === 0 && { uid, gid: uid }),
        env: { ...bare(process.env), SHUTDOWN_DELAY_MS: '0', ...env, SANDBOX_SHOPIFY_ORIGIN: shopifyOrigin },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => this.#hear(line))
    }
    this.#process.once('exit', () => this.#tellListeners())
  }

  get pid(): number {
    return this.#process.pid!
  }

  /** The first log line of an event, once it has come. Rejects when the app ends before. */
  async event(name: string): Promise<Record<string, unknown>> {
    for (;;) {
      const line = this.#lines.find((text) => text.includes(`"event":"${name}"`))
      if (line) return JSON.parse(line)
      if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
        throw new Error(`The app ended before it said ${name}:\n${this.#lines.slice(-20).join('\n')}`)
      }
      await new Promise<void>((heard) => this.#listeners.add(heard))
    }
  }

  /** The log lines of an event so far. */
  saidOf(name: string): readonly string[] {
    return this.#lines.filter((text) => text.includes(`"event":"${name}"`))
  }

  /** Ends the app as its host would, or at once. Yields its exit code, or the signal that ended it. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | string> {
    const ended = once(this.#process, 'exit')
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill(signal)
      await ended
    }
    return this.#process.exitCode ?? this.#process.signalCode ?? 0
  }

  #hear(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > 2_000) this.#lines.splice(0, 1_000)
    this.#onLine(line)
    this.#tellListeners()
  }

  #tellListeners(): void {
    for (const heard of this.#listeners) heard()
    this.#listeners.clear()
  }
}

/** A throwaway app's settings, without what the machine may have set for a real one. */
export function sandboxEnv(settings: {
  appUrl: string
  klaviyoUrl: string
  databaseUrl: string
  apiKey: string
  apiSecret: string
}): Record<string, string> {
  return {
    SHOPIFY_API_KEY: settings.apiKey,
    SHOPIFY_API_SECRET: settings.apiSecret,
    SHOPIFY_APP_URL: settings.appUrl,
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    DATABASE_URL: settings.databaseUrl,
    KLAVIYO_BASE_URL: settings.klaviyoUrl,
  }
}

function bare(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const set = { ...env }
  for (const name of ['NODE_ENV', 'NODE_OPTIONS', 'DATABASE_URL', 'PORT', 'HOST']) Reflect.deleteProperty(set, name)
  return set
}
