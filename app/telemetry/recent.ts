import { setTimeout as wait } from 'node:timers/promises'

/** A value that takes effort to read: read when it is asked for, and no more often than `everyMs`, however often it is asked for. */
export class Recent<Value> {
  readonly #read: () => Promise<Value>
  readonly #times: { readonly everyMs: number; readonly patienceMs: number; readonly outdatedMs: number }
  readonly #onFailure: (error: unknown) => void
  #value: Value | null = null
  #readAt = Number.NEGATIVE_INFINITY
  #triedAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | null = null

  /** Whoever asks waits no longer than `patienceMs`, and is given no value that is older than `outdatedMs`. */
  constructor(
    read: () => Promise<Value>,
    times: { readonly everyMs: number; readonly patienceMs: number; readonly outdatedMs: number },
    onFailure: (error: unknown) => void,
  ) {
    this.#read = read
    this.#times = times
    this.#onFailure = onFailure
  }

  /** Null if it could not be read for too long. */
  async value(): Promise<Value | null> {
    const { everyMs, patienceMs, outdatedMs } = this.#times
    if (this.#reading === null && performance.now() - this.#triedAt >= everyMs) this.#reading = this.#renew()
    if (this.#reading !== null) await Promise.race([this.#reading, wait(patienceMs, undefined, { ref: false })])
    return this.ageMs > outdatedMs ? null : this.#value
  }

  /** How long ago it was read, in milliseconds; infinite before the first time. */
  get ageMs(): number {
    return performance.now() - this.#readAt
  }

  async #renew(): Promise<void> {
    this.#triedAt = performance.now()
    try {
      this.#value = await this.#read()
      this.#readAt = performance.now()
    } catch (error) {
      this.#onFailure(error)
    } finally {
      this.#reading = null
    }
  }
}
