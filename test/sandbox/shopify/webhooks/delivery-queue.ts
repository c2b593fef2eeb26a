import type { Random } from '../random.ts'
import type { Delivery } from './delivery.ts'

/** A delivery and how often it has been tried. */
export interface Attempt {
  readonly delivery: Delivery
  readonly tries: number
}

/** Deliveries that wait for their turn: in order, or drawn at random. */
export class DeliveryQueue {
  #waiting: Attempt[] = []
  /** The first that has not been taken; taken ones are cut off now and then, not one by one. */
  #head = 0

  get length(): number {
    return this.#waiting.length - this.#head
  }

  add(attempt: Attempt): void {
    this.#waiting.push(attempt)
  }

  take(random: Random | null): Attempt | undefined {
    if (this.length === 0) return undefined
    if (random) this.#swap(this.#head, this.#head + Math.floor(random() * this.length))
    const taken = this.#waiting[this.#head++]
    if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return taken
  }

  clear(): void {
    this.#waiting = []
    this.#head = 0
  }

  #swap(one: number, other: number): void {
    const held = this.#waiting[one]!
    this.#waiting[one] = this.#waiting[other]!
    this.#waiting[other] = held
  }
}
