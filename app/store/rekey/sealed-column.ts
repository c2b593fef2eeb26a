import type { ShopDomain } from '#app/core/ids.ts'
import type { Statement } from '../database.ts'

/** One sealed value of a shop. */
export interface SealedValue {
  /** What tells the row from the shop's others, as text. */
  readonly key: string
  readonly sealed: string
}

/** A value that is to be replaced, unless it has been written again since it was read. */
export interface Replacement extends SealedValue {
  readonly resealed: string
}

/** What of a shop is read at a time. */
export interface Asked {
  /** Values that begin so are skipped: the first key sealed them. */
  readonly newest: string
  /** The key of the last value that was read; null at the beginning. */
  readonly after: string | null
  readonly limit: number
}

/** A column, or a field of a JSON column, that holds sealed values. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** The file in app/store that seals the values. */
  readonly sealedBy: string
  /** Whether its shops are found in the table of shops, or in that of sessions; `nowhere` if its rows belong to no shop. */
  readonly shopsIn: 'shop' | 'session' | 'nowhere'
  /** What the value is sealed for. */
  readonly place: (shop: ShopDomain, key: string) => string
  /** Returns values of a shop that another key sealed, in the order of their keys. */
  readonly list: (shop: ShopDomain, asked: Asked) => Statement
  readonly replace: (shop: ShopDomain, values: readonly Replacement[]) => Statement
  /** Counts the values of all shops that another key sealed. */
  readonly countOthers: (newest: string) => Statement
  /** Returns a few values of each key that sealed any, for tables that are small. */
  readonly sample?: () => Statement
}

/** Three columns of text, for a statement that replaces several rows. */
export const columnsOf = (values: readonly Replacement[]): readonly [string[], string[], string[]] => [
  values.map(({ key }) => key),
  values.map(({ sealed }) => sealed),
  values.map(({ resealed }) => resealed),
]
