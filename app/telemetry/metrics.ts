import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import * as facts from './facts.ts'
import type { ProcessRole } from './log.ts'

// Every label has few values: an event, an endpoint, a reason. A shop is never one, and nothing of a customer is.

/** The numbers of a thing now, each with its labels. */
export type Sample = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[]

export interface Sampled {
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
  /** Called when Prometheus asks. */
  readonly read: () => Sample | Promise<Sample>
}

/** All that is counted for Prometheus in this process. */
export class Metrics {
  readonly #registry = new Registry()

  constructor({ role, version }: { role: ProcessRole; version: string }) {
    collectDefaultMetrics({ register: this.#registry })
    this.sample({
      name: 'lockstep_build_info',
      help: 'Always 1. What runs here.',
      labels: ['version', 'role', 'node'],
      read: () => [[{ version, role, node: process.version }, 1]],
    })
    const lines = this.#counter('lockstep_log_lines_total', 'Lines of the log, by event.', ['event', 'level'])
    facts.lineWritten.hear((line) => lines.inc(line))
  }

  /** Adds a number that is read when Prometheus asks. */
  sample({ name, help, labels = [], read }: Sampled): void {
    const gauge = new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [this.#registry],
      async collect() {
        const sample = await read()
        gauge.reset()
        if (sample.length === 0 && labels.length === 0) gauge.remove() // otherwise it would be 0
        for (const [of, value] of sample) gauge.set(of, value)
      },
    })
  }

  /** What a web process counts. */
  hearWeb(): void {
    const deliveries = this.#counter(
      'lockstep_webhook_deliveries_total',
      'Deliveries of Shopify, by path (or queue) and by what became of them.',
      ['path', 'outcome'],
    )
    const took = this.#histogram('lockstep_webhook_seconds', 'From a delivery to its answer.', ANSWER_SECONDS)
    facts.deliveryAnswered.hear(({ path, outcome, tookMs }) => {
      deliveries.inc({ path, outcome })
      took.observe(tookMs / 1_000)
    })
    const changes = this.#histogram('lockstep_intake_commit_changes', 'Changes in one commit.', GROUP_SIZES)
    const committed = this.#histogram('lockstep_intake_commit_seconds', 'How long a commit took.', ANSWER_SECONDS)
    facts.groupCommitted.hear((group) => {
      changes.observe(group.changes)
      committed.observe(group.tookMs / 1_000)
    })
    const pages = this.#counter('lockstep_page_answers_total', 'Answers of the pages.', ['status'])
    const pageTook = this.#histogram('lockstep_page_seconds', 'From a request of a page to its answer.', CALL_SECONDS)
    facts.pageAnswered.hear(({ status, tookMs }) => {
      pages.inc({ status: `${Math.floor(status / 100)}xx` })
      pageTook.observe(tookMs / 1_000)
    })
  }

  /** What a process counts that calls Klaviyo and Shopify: workers, and web processes for the pages. */
  hearCalls(): void {
    for (const [service, name] of [
      ['klaviyo', 'Klaviyo'],
      ['shopify', 'Shopify'],
    ] as const) {
      const calls = this.#counter(`lockstep_${service}_calls_total`, `Calls to ${name}, by how they ended.`, [
        'operation',
        'outcome',
      ])
      const took = this.#histogram(`lockstep_${service}_call_seconds`, `Calls to ${name}.`, CALL_SECONDS, ['operation'])
      facts.callEnded.hear((call) => {
        if (call.service !== service) return
        const { operation, outcome, tookMs } = call
        calls.inc({ operation, outcome })
        took.observe({ operation }, tookMs / 1_000)
      })
    }
  }

  /** What a worker counts. */
  hearWork(): void {
    const granted = this.#counter('lockstep_klaviyo_calls_granted_total', 'Calls taken from accounts’ allowances.', [
      'endpoint',
    ])
    const waits = this.#counter('lockstep_klaviyo_waits_total', 'Times that an account’s allowance was used up.', [
      'endpoint',
    ])
    const used = this.#histogram(
      'lockstep_klaviyo_allowance_used_ratio',
      'How much of an account’s allowance is used when calls are taken from it.',
      SHARES,
      ['endpoint'],
    )
    facts.callsReserved.hear(({ endpoint, ...reserved }) => {
      if (reserved.granted > 0) granted.inc({ endpoint }, reserved.granted)
      else waits.inc({ endpoint })
      used.observe({ endpoint }, reserved.usedShare)
    })
    const customers = this.#counter('lockstep_customers_total', 'Customers that were read, by what became of them.', [
      'source',
      'outcome',
    ])
    facts.customersSettled.hear(({ source, outcomes }) => {
      for (const [outcome, count] of Object.entries(outcomes)) if (count > 0) customers.inc({ source, outcome }, count)
    })
    const delivered = this.#histogram(
      'lockstep_delivery_seconds',
      'From when a change was heard until Klaviyo had it.',
      DELIVERY_SECONDS,
    )
    facts.changesDelivered.hear(({ deliveries }) => {
      for (const { tookMs, changes } of deliveries)
        for (let i = 0; i < changes; i++) delivered.observe(Math.max(0, tookMs) / 1_000)
    })
    const sweeps = this.#counter('lockstep_sweeps_total', 'Looks for work of all shops.', ['outcome'])
    // Otherwise there would be no series, and no alert, if every sweep failed since the process began.
    sweeps.inc({ outcome: 'done' }, 0)
    facts.sweepEnded.hear((ended) => sweeps.inc(ended))
  }

  /** Everything in the format that Prometheus reads, and its media type. */
  async read(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() }
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] })
  }

  #histogram<Label extends string>(name: string, help: string, buckets: number[], labelNames: Label[] = []) {
    return new Histogram<Label>({ name, help, buckets, labelNames, registers: [this.#registry] })
  }
}

/** Shopify waits for five seconds. */
const ANSWER_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 4]
const CALL_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]
const GROUP_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9, 1]
const DELIVERY_SECONDS = [1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 900, 3_600, 21_600, 86_400]
