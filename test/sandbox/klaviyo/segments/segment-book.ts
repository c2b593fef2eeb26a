import type { IdMaker } from '../id-maker.ts'
import { isoInstant } from '../instant.ts'
import type { JsonObject } from '../json.ts'

export interface SegmentRecord {
  readonly id: string
  readonly name: string
  readonly definition: JsonObject | null
  readonly created: string
}

/** An account's segments, by name only: the stand-in does not work out who belongs to one. */
export class SegmentBook {
  readonly #ids: IdMaker
  readonly #segments = new Map<string, SegmentRecord>()

  constructor(ids: IdMaker) {
    this.#ids = ids
  }

  create(name: string, definition: JsonObject | null, at: number): SegmentRecord {
    const segment: SegmentRecord = { id: this.#ids.short(), name, definition, created: isoInstant(at) }
    this.#segments.set(segment.id, segment)
    return segment
  }

  find(id: string): SegmentRecord | undefined {
    return this.#segments.get(id)
  }

  all(): readonly SegmentRecord[] {
    return [...this.#segments.values()]
  }
}
