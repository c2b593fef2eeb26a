import type { ShopDomain } from '#app/core/ids.ts'

interface Question<Answer> {
  /** Questions with the same key have the same answer. */
  readonly key: string
  readonly work: (signal: AbortSignal) => Promise<Answer>
  readonly stop: AbortController
  readonly answer: PromiseWithResolvers<Answer>
  /** The number of callers that still wait for the answer. */
  callers: number
}

/**
 * Answers each shop's questions one at a time in this process, in order. A question that is being answered or waits already is not asked
 * twice: both callers get the same answer.
 */
export class QuestionQueue<Answer> {
  readonly #mostWaiting: number
  /** For each shop, the question that is being answered, followed by those that wait. */
  readonly #questions = new Map<ShopDomain, Question<Answer>[]>()

  constructor({ mostWaiting }: { mostWaiting: number }) {
    this.#mostWaiting = mostWaiting
  }

  /** Returns null if too many wait already, or `signal` is aborted. The signal passed to `work` is aborted when no caller waits any more. */
  async ask(
    shop: ShopDomain,
    { key, signal }: { key: string; signal: AbortSignal },
    work: Question<Answer>['work'],
  ): Promise<Answer | null> {
    if (signal.aborted) return null
    const question = this.#questionFor(shop, key, work)
    if (!question) return null
    question.callers++
    const aborted = Promise.withResolvers<null>()
    const abort = () => {
      aborted.resolve(null)
      if (--question.callers === 0) this.#cancel(shop, question)
    }
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([question.answer.promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  #questionFor(shop: ShopDomain, key: string, work: Question<Answer>['work']): Question<Answer> | null {
    const questions = this.#questions.get(shop) ?? []
    const same = questions.find((question) => question.key === key && !question.stop.signal.aborted)
    if (same) return same
    if (questions.length > this.#mostWaiting) return null
    const answer = Promise.withResolvers<Answer>()
    answer.promise.catch(() => {}) // every caller may have stopped waiting
    const question = { key, work, stop: new AbortController(), answer, callers: 0 }
    questions.push(question)
    this.#questions.set(shop, questions)
    if (questions.length === 1) void this.#work(shop, questions)
    return question
  }

  #cancel(shop: ShopDomain, question: Question<Answer>): void {
    question.stop.abort()
    const questions = this.#questions.get(shop) ?? []
    const at = questions.indexOf(question)
    if (at > 0) questions.splice(at, 1)
  }

  async #work(shop: ShopDomain, questions: Question<Answer>[]): Promise<void> {
    for (let question = questions[0]; question; questions.shift(), question = questions[0]) {
      await question.work(question.stop.signal).then(question.answer.resolve, question.answer.reject)
    }
    this.#questions.delete(shop)
  }
}

/** Lets a limited number of callers work at the same time; the others wait, first come, first served. */
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
