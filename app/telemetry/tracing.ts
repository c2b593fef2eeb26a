import {
  type Context,
  context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { callEnded } from './facts.ts'
import type { ProcessRole } from './log.ts'
import { traceBy } from './spans.ts'
import { SparseLine } from './sparse-line.ts'

export interface TracingSettings {
  /** Of an OTLP/HTTP receiver, such as http://127.0.0.1:4318. */
  readonly endpoint: URL
  /** Which share of traces is recorded, from 0 to 1. */
  readonly share: number
}

const failed = new SparseLine('telemetry_failed')
const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, internal: SpanKind.INTERNAL } as const
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/
/** How an answered call is called by the adapters. Any other outcome is marked as an error. */
const ANSWERED = 'answered'

/**
 * Sends traces to an OTLP receiver from now on: the spans of spans.ts, and in them each call to Klaviyo and Shopify. Returns a function that
 * sends what is left. A receiver that is away costs spans, and delays nothing.
 */
export function startTracing({ endpoint, share }: TracingSettings, of: { role: ProcessRole; version: string }) {
  const say = (words: string) => failed.say({ what: 'traces', words: words.slice(0, 500) })
  diag.setLogger({ error: say, warn: say, info: say, debug: say, verbose: say }, DiagLogLevel.WARN)
  const exporter = new OTLPTraceExporter({ url: new URL('v1/traces', withSlash(endpoint)).href })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `lockstep-${of.role}`, 'service.version': of.version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: 5_000 })],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const tracer = provider.getTracer('lockstep')
  traceBy({
    span: ({ name, kind, continues }, work) =>
      tracer.startActiveSpan(name, { kind: KINDS[kind] }, parentOf(continues), async (span) => {
        try {
          return await work((facts) => span.setAttributes(facts))
        } catch (error) {
          // Only its name: a message may quote what was sent.
          span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' })
          throw error
        } finally {
          span.end()
        }
      }),
    current() {
      const span = trace.getActiveSpan()?.spanContext()
      return span && span.traceFlags & TraceFlags.SAMPLED ? `00-${span.traceId}-${span.spanId}-01` : null
    },
  })
  callEnded.hear(({ service, operation, outcome, endedAt, tookMs }) => {
    const startTime = new Date(endedAt.getTime() - tookMs)
    const attributes = { 'peer.service': service, 'lockstep.outcome': outcome }
    const span = tracer.startSpan(`${service} ${operation}`, { kind: SpanKind.CLIENT, startTime, attributes })
    if (outcome !== ANSWERED) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome })
    span.end(endedAt)
  })
  return () => provider.shutdown()
}

/** Work that continues nothing belongs to the work around it. */
function parentOf(traceparent: string | null): Context {
  const [, traceId, spanId] = TRACEPARENT.exec(traceparent ?? '') ?? []
  if (!traceId || !spanId) return context.active()
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true })
}

function withSlash(url: URL): string {
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}
