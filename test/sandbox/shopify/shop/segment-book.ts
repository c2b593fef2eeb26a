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

/** What Shopify answers about the members of a segment that is gone is not documented: that there are none, or an error. */
export type GoneAnswer = 'error' | 'nobody'

export class SegmentBook {
  goneAnswer: GoneAnswer = 'nobody'
  /** Segments and customers, by global id, that Shopify fails to tell of just now, though they are there. */
  readonly failing = new Set<string>()
  readonly #now: () => number
  #segments: Segment[] = []
  #nextId = 900

  constructor(now: () => number) {
    this.#now = now
  }

  add(segment: { name: string; query?: string; memberIds: readonly string[] }): Segment {
    const at = isoSecond(this.#now())
    const id = gidOf('Segment', String(this.#nextId++))
    const memberIds = segment.memberIds.toSorted(compareIds)
    const query = segment.query ?? 'number_of_orders > 0'
    const added = { id, name: segment.name, query, creationDate: at, lastEditDate: at, memberIds }
    this.#segments.push(added)
    return added
  }

  /** Whom the segment's query finds changes as time passes: nobody is told, and no customer has changed. */
  setMembers(id: string, memberIds: readonly string[]): void {
    this.#segments = this.#segments.map((segment) =>
      segment.id === id ? { ...segment, memberIds: memberIds.toSorted(compareIds) } : segment,
    )
  }

  remove(id: string): void {
    this.#segments = this.#segments.filter((segment) => segment.id !== id)
  }

  all(): readonly Segment[] {
    return this.#segments
  }

  get(id: string): Segment | undefined {
    return this.#segments.find((segment) => segment.id === id)
  }
}
