import type { Call } from './call.ts'
import { invalidParameter, Refusal } from './errors.ts'
import { requestLink } from './links.ts'

/** How many entries a page has when nobody says, and at the most. */
export interface PageSizes {
  readonly standard: number
  readonly most: number
}

export const PAGE_OF_PROFILES: PageSizes = { standard: 20, most: 100 }
export const PAGE_OF_LISTS: PageSizes = { standard: 10, most: 10 }

export interface Page<T> {
  readonly entries: readonly T[]
  readonly links: { readonly self: string; readonly next: string | null; readonly prev: null }
}

/**
 * One page of a collection. The cursor holds the last entry's key and its place, as recorded cursors do
 * (`next::01M1PABMQP2TB0KNH8VX0YFBF6::2` in base64url); an entry that went meanwhile does not shift the next page twice.
 */
export function pageOf<T>(call: Call, entries: readonly T[], keyOf: (entry: T) => string, sizes: PageSizes): Page<T> {
  const size = pageSizeOf(call, sizes)
  const start = startOf(call, entries, keyOf)
  const shown = entries.slice(start, start + size)
  const last = shown.at(-1)
  const more = start + size < entries.length
  const next = more && last !== undefined ? nextLink(call, `next::${keyOf(last)}::${start + shown.length}`) : null
  return { entries: shown, links: { ...requestLink(call), next, prev: null } }
}

function pageSizeOf(call: Call, sizes: PageSizes): number {
  const asked = call.query.get('page[size]')
  if (asked === null) return sizes.standard
  const size = Number(asked)
  if (Number.isInteger(size) && size >= 1 && size <= sizes.most) return size
  throw new Refusal([invalidParameter(`Page size must be an integer between 1 and ${sizes.most}.`, 'page_size')])
}

function startOf<T>(call: Call, entries: readonly T[], keyOf: (entry: T) => string): number {
  const cursor = call.query.get('page[cursor]')
  if (cursor === null) return 0
  const [direction, key, place] = Buffer.from(cursor, 'base64url').toString().split('::')
  const index = Number(place)
  if (direction !== 'next' || key === undefined || !Number.isInteger(index)) {
    throw new Refusal([invalidParameter('Invalid page cursor.', 'page_cursor')])
  }
  const previous = entries[index - 1]
  if (previous !== undefined && keyOf(previous) === key) return index
  const found = entries.findIndex((entry) => keyOf(entry) === key)
  return found === -1 ? Math.min(index, entries.length) : found + 1
}

function nextLink(call: Call, cursor: string): string {
  const url = new URL(call.target, call.base)
  url.searchParams.set('page[cursor]', Buffer.from(cursor).toString('base64url'))
  return url.href
}
