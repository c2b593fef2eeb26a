import type { Dispatcher } from 'undici'
import { type Random, seededRandom } from '../random.ts'
import type { Delivery } from './delivery.ts'
import { type Attempt, DeliveryQueue } from './delivery-queue.ts'

export interface CourierSettings {
  readonly seed: number
  readonly concurrency: number
  /** The wait before the first repeat; each further one is twice as long. In life all eight span four hours. */
  readonly retryDelayMs: number
  /** Shopify waits five seconds for the whole request. */
  readonly timeoutMs: number
  /** The share sent twice. */
  readonly duplicateRate: number
  /** Draws at random from what waits. */
  readonly shuffle: boolean
  /** The share kept back until later ones have been answered, or until `flush`. */
  readonly holdBackRate: number
  /** Shopify drops a delivery that says what one of the same topic said so short a time before. */
  readonly debounceMs: number
}

const usual: CourierSettings = {
  seed: 1,
  concurrency: 8,
  retryDelayMs: 20,
  timeoutMs: 5000,
  duplicateRate: 0,
  shuffle: false,
  holdBackRate: 0,
  debounceMs: 0,
}

export interface CourierStats {
  readonly sent: number
  readonly acknowledged: number
  readonly retried: number
  readonly givenUp: number
  /** Never sent, being the same as one just before. */
  readonly debounced: number
}

export interface CourierOptions {
  readonly dispatcher: Dispatcher
  /** The app's origin; null while it is not known, when nothing can be sent. */
  readonly target: () => string | null
  readonly now: () => number
}

// https://shopify.dev/docs/apps/build/webhooks/troubleshooting-webhooks
const MOST_REPEATS = 8

/** Carries deliveries to the app as Shopify does: late, twice, out of order, and again until they are acknowledged. */
export class Courier {
  readonly #options: CourierOptions
  readonly #queue = new DeliveryQueue()
  readonly #closing = new AbortController()
  readonly #repeats = new Set<NodeJS.Timeout>()
  #settings = usual
  #random: Random = seededRandom(usual.seed)
  readonly #said = new Map<string, number>()
  #held: Attempt[] = []
  #flying = 0
  #paused = false
  #waiters: (() => void)[] = []
  #stats = { sent: 0, acknowledged: 0, retried: 0, givenUp: 0, debounced: 0 }

  constructor(options: CourierOptions) {
    this.#options = options
  }

  get stats(): CourierStats {
    return { ...this.#stats }
  }

  configure(settings: Partial<CourierSettings>): void {
    this.#settings = { ...this.#settings, ...settings }
    if (settings.seed !== undefined) this.#random = seededRandom(settings.seed)
  }

  post(delivery: Delivery): void {
    if (this.#options.target() === null || this.#closing.signal.aborted || this.#saidBefore(delivery)) return
    this.#accept({ delivery, tries: 0 })
    if (this.#happens(this.#settings.duplicateRate)) this.#accept({ delivery, tries: 0 })
    this.#pump()
  }

  /** One attempt outside the queue, for deliveries a test forged or dug out again. Yields the status; 0 for none. */
  async deliverOnce(delivery: Delivery): Promise<number> {
    const target = this.#options.target()
    if (target === null) throw new Error('no app to deliver to')
    const timeout = new AbortController()
    const timer = setTimeout(() => timeout.abort(), this.#settings.timeoutMs)
    try {
      const { statusCode, body } = await this.#options.dispatcher.request({
        origin: target,
        path: delivery.uri,
        method: 'POST',
        headers: delivery.headers,
        body: delivery.body,
        signal: AbortSignal.any([timeout.signal, this.#closing.signal]),
      })
      await body.dump()
      return statusCode
    } catch {
      return 0 // a time-out, a reset and an app that is not there are all no answer
    } finally {
      clearTimeout(timer)
    }
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#pump()
  }

  /** Resolves when every delivery is acknowledged or given up. Releases what was held back; does not end a pause. */
  async flush(): Promise<void> {
    if (this.#idle()) return
    const done = new Promise<void>((resolve) => this.#waiters.push(resolve))
    this.#release(1)
    this.#pump()
    await done
  }

  close(): void {
    this.#closing.abort()
    for (const timer of this.#repeats) clearTimeout(timer)
    this.#repeats.clear()
    this.#queue.clear()
    this.#held = []
    this.#tellWaiters()
  }

  #accept(attempt: Attempt): void {
    this.#stats.sent++
    const held = this.#waiters.length === 0 && this.#happens(this.#settings.holdBackRate)
    if (held) this.#held.push(attempt)
    else this.#queue.add(attempt)
  }

  #pump(): void {
    while (!this.#paused && this.#flying < this.#settings.concurrency) {
      const attempt = this.#queue.take(this.#settings.shuffle ? this.#random : null)
      if (!attempt) return
      this.#flying++
      void this.#try(attempt)
    }
  }

  async #try({ delivery, tries }: Attempt): Promise<void> {
    const status = await this.deliverOnce(delivery)
    this.#flying--
    if (this.#closing.signal.aborted) return
    if (status >= 200 && status < 300) this.#stats.acknowledged++
    else if (tries >= MOST_REPEATS) this.#stats.givenUp++
    else this.#repeatLater({ delivery, tries: tries + 1 })
    this.#release(0.5)
    this.#pump()
    if (this.#idle()) this.#tellWaiters()
  }

  #repeatLater(attempt: Attempt): void {
    this.#stats.retried++
    const timer = setTimeout(
      () => {
        this.#repeats.delete(timer)
        this.#queue.add(attempt)
        this.#pump()
      },
      this.#settings.retryDelayMs * 2 ** (attempt.tries - 1),
    )
    this.#repeats.add(timer)
  }

  #saidBefore({ topic, body }: Delivery): boolean {
    const { debounceMs } = this.#settings
    if (debounceMs === 0) return false
    const words = `${topic} ${body}`
    const nowMs = this.#options.now()
    const before = this.#said.get(words)
    this.#said.set(words, nowMs)
    if (before === undefined || nowMs - before >= debounceMs) return false
    this.#stats.debounced++
    return true
  }

  /** Each held delivery goes back into the queue with this chance. */
  #release(chance: number): void {
    if (this.#held.length === 0) return
    const released = this.#held.filter(() => chance === 1 || this.#happens(chance))
    this.#held = this.#held.filter((attempt) => !released.includes(attempt))
    for (const attempt of released) this.#queue.add(attempt)
  }

  #idle(): boolean {
    return this.#queue.length === 0 && this.#held.length === 0 && this.#flying === 0 && this.#repeats.size === 0
  }

  #tellWaiters(): void {
    for (const resolve of this.#waiters.splice(0)) resolve()
  }

  #happens(rate: number): boolean {
    return rate > 0 && this.#random() < rate
  }
}
