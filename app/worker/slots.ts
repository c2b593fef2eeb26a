import { AsyncLocalStorage } from 'node:async_hooks'
import { answerAwaited } from '#app/telemetry/facts.ts'

type OnRequest = (answer: Promise<unknown>) => void

const currentTurn = new AsyncLocalStorage<OnRequest>()
answerAwaited.hear((answer) => currentTurn.getStore()?.(answer))

/** The slots of one lane in this process, and the turns that continue without one because they only wait for an answer. */
export class Slots {
  /** How many turns may have a slot at a time. */
  readonly count: number
  readonly #mostWaiting: number
  readonly #patienceMs: number
  readonly #turns = new Set<Promise<void>>()
  #waiting = 0
  #taken = 0

  /**
   * A turn that has waited for one answer for `patienceMs` milliseconds gives its slot to the next shop, unless `mostWaiting` turns
   * continue without one already.
   */
  constructor({ count, mostWaiting, patienceMs }: { count: number; mostWaiting: number; patienceMs: number }) {
    this.count = count
    this.#patienceMs = patienceMs
    this.#mostWaiting = mostWaiting
  }

  /** How many turns have a slot, and how many go on without one. */
  get use(): { readonly taken: number; readonly waiting: number } {
    return { taken: this.#taken, waiting: this.#waiting }
  }

  /** Whether other shops may be waiting for a slot. */
  get full(): boolean {
    return this.#taken >= this.count
  }

  /**
   * Runs a turn in a slot. Resolves when the slot is free again: when the turn has ended, or when it has waited too long for an answer of
   * Klaviyo or Shopify; then it continues without a slot, unless too many do. `turn` must not reject.
   */
  async take(turn: () => Promise<void>): Promise<void> {
    this.#taken++
    const free = Promise.withResolvers<void>()
    let waits = false
    const releaseSlot = () => {
      if (waits || this.#waiting >= this.#mostWaiting) return
      waits = true
      this.#waiting++
      free.resolve()
    }
    const ended = currentTurn
      .run((answer) => watch(answer, this.#patienceMs, releaseSlot), turn)
      .finally(() => {
        this.#turns.delete(ended)
        if (waits) this.#waiting--
        free.resolve()
      })
    this.#turns.add(ended)
    await free.promise
    this.#taken--
  }

  /** Resolves when no turn is running, with a slot or without. */
  async allEnded(): Promise<void> {
    await Promise.all(this.#turns)
  }
}

/** Calls `onWaiting` every `patienceMs` milliseconds until the answer comes. */
function watch(answer: Promise<unknown>, patienceMs: number, onWaiting: () => void): void {
  const timer = setInterval(onWaiting, patienceMs)
  const stop = () => clearInterval(timer)
  answer.then(stop, stop)
}
