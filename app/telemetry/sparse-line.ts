import { type LogFacts, log } from './log.ts'

const LOGGED_EVERY_MS = 60_000

/** An event that may happen many times a second, for instance while the database is away: logged at once, then at most once a minute. */
export class SparseLine {
  readonly #event: string
  #unlogged = 0
  #loggedAt = Number.NEGATIVE_INFINITY

  constructor(event: string) {
    this.#event = event
  }

  /** `times` in the line is how often it has happened since the line before. */
  say(facts: LogFacts): void {
    this.#unlogged++
    const now = performance.now()
    if (now - this.#loggedAt < LOGGED_EVERY_MS) return
    log(this.#event, { ...facts, times: this.#unlogged })
    this.#unlogged = 0
    this.#loggedAt = now
  }
}
