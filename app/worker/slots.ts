import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import { REMOTE_ANSWER } from '#app/core/flow/remote-answer.ts'

type Awaits = (answer: Promise<unknown>) => void

const turnInHand = new AsyncLocalStorage<Awaits>()
subscribe(REMOTE_ANSWER, (answer) => turnInHand.getStore()?.(answer as Promise<unknown>))

/** The slots of one lane in this process, and the turns that go on without one because they only wait for an answer. */
export class Slots {
  /** How many turns may have a slot at a time. */
  readonly count: number
  readonly #mostWaiting: number
  readonly #patienceMs: number
  readonly #turns = new Set<Promise<void>>()
  #waiting = 0
  #taken = 0

  /** A turn that waits for one answer for as long as `patienceMs` gives its slot to the next shop, if no more than `mostWaiting` go on without one. */
  constructor({ count, mostWaiting, patienceMs }: { count: number; mostWaiting: number; patienceMs: number }) {
    this.count = count
    this.#patienceMs = patienceMs
    this.#mostWaiting = mostWaiting
  }

  /** Whether other shops may be waiting for a slot. */
  get full(): boolean {
    return this.#taken >= this.count
  }

  /**
   * Takes a turn in a slot. Resolves when the slot is free again: when the turn has ended, or when it has waited too long for an answer of Klaviyo or
   * Shopify; then it goes on without a slot, unless too many do. `turn` must not reject.
   */
  async take(turn: () => Promise<void>): Promise<void> {
    this.#taken++
    const free = Promise.withResolvers<void>()
    let waits = false
    const handOn = () => {
      if (waits || this.#waiting >= this.#mostWaiting) return
      waits = true
      this.#waiting++
      free.resolve()
    }
    const ended = turnInHand
      .run((answer) => watch(answer, this.#patienceMs, handOn), turn)
      .finally(() => {
        this.#turns.delete(ended)
        if (waits) this.#waiting--
        free.resolve()
      })
    this.#turns.add(ended)
    await free.promise
    this.#taken--
  }

  /** Resolves when no turn is under way, with a slot or without. */
  async allEnded(): Promise<void> {
    await Promise.all(this.#turns)
  }
}

/** Calls `impatient` again and again, each time after as long, until the answer comes. */
function watch(answer: Promise<unknown>, patienceMs: number, impatient: () => void): void {
  const timer = setInterval(impatient, patienceMs)
  const stop = () => clearInterval(timer)
  answer.then(stop, stop)
}
