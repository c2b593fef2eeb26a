import type { CustomerId } from '#app/core/ids.ts'
import type { Memberships } from '#app/core/profile/memberships.ts'
import type { CustomerRecord } from '#app/shopify/bulk-file.ts'

/** Customers of a run that are delivered together, whether they come from a file or from a page. */
export interface RunChunk {
  readonly customers: readonly CustomerRecord[]
  /** The number of records read, including those without a readable customer id. */
  readonly rows: number
  /** The checkpoint before and after it: bytes of the file, or pages. */
  readonly from: number
  readonly to: number
  /** The cursor of the next page; null after the last page, and for a file. */
  readonly cursor: string | null
  /** Memberships read with the page; null where the run has a snapshot of all memberships. */
  readonly memberships: ReadonlyMap<CustomerId, Memberships> | null
}
