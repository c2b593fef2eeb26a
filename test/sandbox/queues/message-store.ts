import { randomUUID } from 'node:crypto'

export interface Stored<Content> {
  readonly id: string
  readonly content: Content
  deliveries: number
}

interface Lease<Content> {
  readonly message: Stored<Content>
  timer: NodeJS.Timeout
}

/**
 * The messages of one queue: each is handed out under a receipt of its own for a time, and comes back unless it is deleted before. Neither
 * order nor one delivery only is promised, as by the real ones.
 */
export class MessageStore<Content> {
  #waiting: Stored<Content>[] = []
  readonly #leases = new Map<string, Lease<Content>>()
  readonly #onAdded = new Set<() => void>()

  get waiting(): number {
    return this.#waiting.length
  }

  get inHand(): number {
    return this.#leases.size
  }

  add(content: Content): void {
    this.#putBack({ id: randomUUID(), content, deliveries: 0 })
  }

  /** Hands out up to `most` messages for `ms` milliseconds. */
  take(most: number, ms: number): { receipt: string; message: Stored<Content> }[] {
    return this.#waiting.splice(0, most).map((message) => {
      const receipt = randomUUID()
      message.deliveries++
      this.#leases.set(receipt, { message, timer: this.#expiry(receipt, ms) })
      return { receipt, message }
    })
  }

  isInHand(receipt: string): boolean {
    return this.#leases.has(receipt)
  }

  /** Whether the receipt was one of a message in hand. */
  delete(receipt: string): boolean {
    clearTimeout(this.#leases.get(receipt)?.timer)
    return this.#leases.delete(receipt)
  }

  extend(receipt: string, ms: number): void {
    const lease = this.#leases.get(receipt)
    if (!lease) return
    clearTimeout(lease.timer)
    if (ms <= 0) this.giveBack(receipt)
    else lease.timer = this.#expiry(receipt, ms)
  }

  giveBack(receipt: string): void {
    const lease = this.#leases.get(receipt)
    if (lease && this.delete(receipt)) this.#putBack(lease.message)
  }

  /** As if time had passed: what is in hand comes again. */
  expireAll(): void {
    for (const receipt of [...this.#leases.keys()]) this.giveBack(receipt)
  }

  /** Calls `listener` whenever there is something to take. Returns a function that ends it. */
  onAdded(listener: () => void): () => void {
    this.#onAdded.add(listener)
    return () => this.#onAdded.delete(listener)
  }

  clear(): void {
    this.#waiting = []
    for (const receipt of [...this.#leases.keys()]) this.delete(receipt)
  }

  #expiry(receipt: string, ms: number): NodeJS.Timeout {
    return setTimeout(() => this.giveBack(receipt), ms).unref()
  }

  #putBack(message: Stored<Content>): void {
    this.#waiting.push(message)
    for (const listener of this.#onAdded) listener()
  }
}
