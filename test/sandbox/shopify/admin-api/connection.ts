import { GraphQLError } from 'graphql'
import { compareIds } from '../global-id.ts'

export interface PageArguments {
  readonly first?: number | null
  readonly after?: string | null
  readonly reverse?: boolean | null
}

export interface Page<Row> {
  readonly nodes: readonly Row[]
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
  readonly totalCount: number
}

interface Identified {
  readonly id: string
}

/** Arrays and pages end at 250; segment members go to 1,000. https://shopify.dev/docs/api/usage/limits */
const LARGEST_PAGE = 250

/**
 * One page of `rows`, which stand in ascending order of `keyOf` and, where that is the same, of their ids. A
 * cursor names a place in that order and not a row, so that it still serves after its row has gone or moved.
 */
export function pageOf<Row extends Identified>(
  rows: readonly Row[],
  args: PageArguments,
  { keyOf = () => '', largest = LARGEST_PAGE }: { keyOf?: (row: Row) => string; largest?: number } = {},
): Page<Row> {
  const size = sizeOf(args, largest)
  const ordered = args.reverse ? rows.toReversed() : rows
  const direction = args.reverse ? -1 : 1
  const start = args.after ? firstPast(ordered, cursorAt(args.after), { keyOf, direction }) : 0
  const nodes = start === 0 && size >= ordered.length ? ordered : ordered.slice(start, start + size)
  const cursor = (row: Row | undefined) => (row ? cursorOf({ key: keyOf(row), id: row.id }) : null)
  return {
    nodes,
    // Made when asked for: a page read through `nodes` needs two cursors only.
    get edges() {
      return nodes.map((node) => ({ cursor: cursor(node)!, node }))
    },
    pageInfo: {
      hasNextPage: start + nodes.length < ordered.length,
      hasPreviousPage: start > 0,
      startCursor: cursor(nodes[0]),
      endCursor: cursor(nodes.at(-1)),
    },
    totalCount: rows.length,
  }
}

function sizeOf({ first }: PageArguments, largest: number): number {
  if (first === null || first === undefined) {
    throw new GraphQLError('you must provide one of first or last', { extensions: { code: 'BAD_REQUEST' } })
  }
  if (first > largest && Number.isFinite(first)) {
    const message = `first must be less than or equal to ${largest}`
    throw new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })
  }
  return first
}

interface Place {
  readonly key: string
  readonly id: string
}

interface Order<Row> {
  readonly keyOf: (row: Row) => string
  readonly direction: 1 | -1
}

function firstPast<Row extends Identified>(rows: readonly Row[], place: Place, order: Order<Row>): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle]!
    const past = order.direction * comparePlaces({ key: order.keyOf(row), id: row.id }, place) > 0
    if (past) high = middle
    else low = middle + 1
  }
  return low
}

export function comparePlaces(one: Place, other: Place): number {
  if (one.key !== other.key) return one.key < other.key ? -1 : 1
  return compareIds(one.id, other.id)
}

function cursorOf({ key, id }: Place): string {
  return Buffer.from(JSON.stringify({ last_id: id, last_value: key })).toString('base64')
}

function cursorAt(cursor: string): Place {
  try {
    const { last_id, last_value } = JSON.parse(Buffer.from(cursor, 'base64').toString()) as Record<string, string>
    return { id: String(last_id), key: String(last_value) }
  } catch {
    throw new GraphQLError(`Invalid cursor for current pagination sort.`, { extensions: { code: 'BAD_REQUEST' } })
  }
}
