/** What a trace says of a piece of work. Ids and counts only, and a shop's address; nothing of a customer. */
export type SpanFacts = Readonly<Record<string, string | number>>

/** What may be added to a span while its work is done. */
export type AddToSpan = (facts: SpanFacts) => void

/** What makes traces, if anything does: tracing.ts. */
export interface Tracer {
  span<Result>(
    named: { readonly name: string; readonly kind: SpanKind; readonly continues: string | null },
    work: (add: AddToSpan) => Promise<Result>,
  ): Promise<Result>
  current(): string | null
}

/** Whether the work is begun from outside, takes up what another process began, or is a part of other work. */
export type SpanKind = 'server' | 'consumer' | 'internal'

let tracer: Tracer | null = null

export function traceBy(made: Tracer): void {
  tracer = made
}

const addNothing: AddToSpan = () => {}

/**
 * Does a piece of work that traces show, together with the calls it makes. With `continues`, a value of `currentTrace`, it is a part of the
 * trace in which another process began it. Without tracing it only does the work.
 */
export function inSpan<Result>(
  { name, kind = 'internal', continues = null }: { name: string; kind?: SpanKind; continues?: string | null },
  work: (add: AddToSpan) => Promise<Result>,
): Promise<Result> {
  return tracer ? tracer.span({ name, kind, continues }, work) : work(addNothing)
}

/** Where the trace is, for another process that continues it: W3C's traceparent. Null without tracing, or if this work is not sampled. */
export function currentTrace(): string | null {
  return tracer?.current() ?? null
}
