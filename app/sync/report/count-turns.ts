import type { ShopDomain } from '#app/core/ids.ts'

interface Turn<Answer> {
  readonly question: string
  readonly work: (signal: AbortSignal) => Promise<Answer>
  readonly stop: AbortController
  readonly answer: PromiseWithResolvers<Answer>
  /** Who still waits for the answer. */
  askers: number
}

/**
 * Answers each shop's questions one at a time in this process, in their order. Who asks what is being answered already, or waits to be, gets
 * the same answer.
 */
export class TurnsByShop<Answer> {
  readonly #mostWaiting: number
  /** Of each shop, the one that is being answered and then those that wait. */
  readonly #turns = new Map<ShopDomain, Turn<Answer>[]>()

  constructor({ mostWaiting }: { mostWaiting: number }) {
    this.#mostWaiting = mostWaiting
  }

  /** Null if too many wait already, or `signal` is aborted. The signal that `work` gets is aborted when nobody waits for it any more. */
  async ask(
    shop: ShopDomain,
    { question, signal }: { question: string; signal: AbortSignal },
    work: Turn<Answer>['work'],
  ): Promise<Answer | null> {
    if (signal.aborted) return null
    const turn = this.#turnFor(shop, question, work)
    if (!turn) return null
    turn.askers++
    const left = Promise.withResolvers<null>()
    const leave = () => {
      left.resolve(null)
      if (--turn.askers === 0) this.#giveUp(shop, turn)
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([turn.answer.promise, left.promise])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #turnFor(shop: ShopDomain, question: string, work: Turn<Answer>['work']): Turn<Answer> | null {
    const turns = this.#turns.get(shop) ?? []
    const same = turns.find((turn) => turn.question === question && !turn.stop.signal.aborted)
    if (same) return same
    if (turns.length > this.#mostWaiting) return null
    const answer = Promise.withResolvers<Answer>()
    answer.promise.catch(() => {}) // whoever asked may be gone
    const turn = { question, work, stop: new AbortController(), answer, askers: 0 }
    turns.push(turn)
    this.#turns.set(shop, turns)
    if (turns.length === 1) void this.#work(shop, turns)
    return turn
  }

  #giveUp(shop: ShopDomain, turn: Turn<Answer>): void {
    turn.stop.abort()
    const turns = this.#turns.get(shop) ?? []
    const at = turns.indexOf(turn)
    if (at > 0) turns.splice(at, 1)
  }

  async #work(shop: ShopDomain, turns: Turn<Answer>[]): Promise<void> {
    for (let turn = turns[0]; turn; turns.shift(), turn = turns[0]) {
      await turn.work(turn.stop.signal).then(turn.answer.resolve, turn.answer.reject)
    }
    this.#turns.delete(shop)
  }
}

/** Lets so many work at a time, whoever came first before the others. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(slots: number) {
    this.#free = slots
  }

  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((next) => this.#waiting.push(next))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}
