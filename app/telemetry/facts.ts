import { type Channel, channel } from 'node:diagnostics_channel'

/**
 * Something that metrics or traces may want to know. Whoever it happens to says it here, and does not know who listens: without a listener it
 * costs a comparison.
 */
class Fact<Told> {
  readonly #channel: Channel

  constructor(name: string) {
    this.#channel = channel(`lockstep:${name}`)
  }

  tell(told: Told): void {
    if (this.#channel.hasSubscribers) this.#channel.publish(told)
  }

  /** Whether telling is worth preparing for. */
  get isHeard(): boolean {
    return this.#channel.hasSubscribers
  }

  hear(listener: (told: Told) => void): void {
    this.#channel.subscribe((told) => listener(told as Told))
  }
}

/** A line was logged. */
export const lineWritten = new Fact<{ readonly event: string; readonly level: string }>('line-written')
