import { compareIds, gidOf } from '../global-id.ts'
import { isoSecond } from '../instants.ts'

export interface Segment {
  /** Global id. */
  readonly id: string
  readonly name: string
  /** The text a merchant wrote. The stand-in does not run it: members are given. */
  readonly query: string
  readonly creationDate: string
  readonly lastEditDate: string
  readonly memberIds: readonly string[]
}

export class SegmentBook {
  readonly #now: () => number
  readonly #segments: Segment[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  add(segment: { name: string; query?: string; memberIds: readonly string[] }): Segment {
    const at = isoSecond(this.#now())
    const id = gidOf('Segment', String(900 + this.#segments.length))
    const memberIds = segment.memberIds.toSorted(compareIds)
    const query = segment.query ?? 'number_of_orders > 0'
    const added = { id, name: segment.name, query, creationDate: at, lastEditDate: at, memberIds }
    this.#segments.push(added)
    return added
  }

  all(): readonly Segment[] {
    return this.#segments
  }

  get(id: string): Segment | undefined {
    return this.#segments.find((segment) => segment.id === id)
  }
}
