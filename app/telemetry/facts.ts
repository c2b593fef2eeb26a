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

/** A delivery of Shopify's was answered. `path` is `pubsub` or `sqs` for one that came by a queue. */
export const deliveryAnswered = new Fact<{
  readonly path: string
  readonly outcome: DeliveryOutcome
  readonly tookMs: number
}>('delivery-answered')
export type DeliveryOutcome =
  | 'taken'
  | 'malformed'
  | 'bad_signature'
  | 'too_large'
  | 'no_room'
  | 'not_stored'
  | 'hung_up'

/** Changes of several deliveries were committed together, or could not be. */
export const groupCommitted = new Fact<{ readonly changes: number; readonly tookMs: number }>('group-committed')

/** A page, or a request that the pages refuse, was answered. */
export const pageAnswered = new Fact<{ readonly status: number; readonly tookMs: number }>('page-answered')

/** A call to Klaviyo or Shopify ended. `operation` is one of a fixed set and holds no id. */
export const callEnded = new Fact<{
  readonly service: 'klaviyo' | 'shopify'
  readonly operation: string
  /** How the adapter understood the answer; `threw` if it could not. */
  readonly outcome: string
  readonly endedAt: Date
  readonly tookMs: number
}>('call-ended')

/** Calls to an endpoint were asked of an account's allowance. `usedShare` is how much of its tightest window is used, from 0 to 1. */
export const callsReserved = new Fact<{
  readonly endpoint: string
  readonly granted: number
  readonly usedShare: number
}>('calls-reserved')

/** Customers were read and compared, and sent where that was needed. */
export const customersSettled = new Fact<{
  readonly source: string
  readonly outcomes: Readonly<Record<'pushed' | 'unchanged' | 'excluded' | 'issues' | 'deferred', number>>
}>('customers-settled')

/** Changes reached Klaviyo, counted by how long they took since they were heard. */
export const changesDelivered = new Fact<{
  readonly deliveries: readonly { readonly tookMs: number; readonly changes: number }[]
}>('changes-delivered')

/** A worker looked for work of all shops. */
export const sweepEnded = new Fact<{ readonly outcome: 'done' | 'failed' }>('sweep-ended')

/** An answer of Klaviyo or Shopify is waited for. A worker hears it to distinguish a turn that works from one that waits. */
export const answerAwaited = new Fact<Promise<unknown>>('answer-awaited')

/** Tells of a call as it is waited for, and when its answer is there. Returns the answer. */
export function tellCall<Answer>(
  call: { readonly service: 'klaviyo' | 'shopify'; readonly operation: () => string },
  answer: Promise<Answer>,
): Promise<Answer> {
  answerAwaited.tell(answer)
  if (!callEnded.isHeard) return answer
  const begun = performance.now()
  const tell = (outcome: string) =>
    callEnded.tell({
      service: call.service,
      operation: call.operation(),
      outcome,
      endedAt: new Date(),
      tookMs: performance.now() - begun,
    })
  answer.then(
    (answered) => tell((answered as { kind?: string }).kind ?? 'answered'),
    () => tell('threw'),
  )
  return answer
}
