import type { IdMaker } from '../id-maker.ts'
import { isoInstant } from '../instant.ts'
import type { JsonObject } from '../json.ts'

export interface MetricRecord {
  readonly id: string
  readonly name: string
  readonly created: string
}

export interface EventRecord {
  readonly id: string
  readonly metric: MetricRecord
  readonly profileId: string
  readonly uniqueId: string
  /** In ms. */
  readonly time: number
  readonly value: number | null
  readonly properties: JsonObject
  /** Recorded, but starts no flow. */
  readonly backfill: boolean
}

export type NewEvent = Omit<EventRecord, 'id' | 'metric'> & { readonly metricName: string }

/** An account's events and the metrics they made. One profile has an event of a metric and a unique id once. */
export class EventLedger {
  readonly #ids: IdMaker
  readonly #metrics = new Map<string, MetricRecord>()
  readonly #events = new Map<string, EventRecord>()

  constructor(ids: IdMaker) {
    this.#ids = ids
  }

  has(event: NewEvent): boolean {
    return this.#events.has(keyOf(event))
  }

  /** "only the first processed event will be recorded" (create_event) */
  add(event: NewEvent, now: number): void {
    if (this.has(event)) return
    const { metricName, ...rest } = event
    this.#events.set(keyOf(event), { ...rest, id: this.#ids.ulid(now), metric: this.#metricOf(metricName, now) })
  }

  all(): readonly EventRecord[] {
    return [...this.#events.values()]
  }

  metrics(): readonly MetricRecord[] {
    return [...this.#metrics.values()]
  }

  #metricOf(name: string, now: number): MetricRecord {
    let metric = this.#metrics.get(name)
    if (metric === undefined) {
      metric = { id: this.#ids.short(), name, created: isoInstant(now) }
      this.#metrics.set(name, metric)
    }
    return metric
  }
}

function keyOf(event: NewEvent): string {
  return JSON.stringify([event.profileId, event.metricName, event.uniqueId])
}
