import type { CustomerId } from '#app/core/ids.ts'
import type { Standing } from '#app/core/profile/standing.ts'
import type { CustomerRecord } from '#app/shopify/bulk-file.ts'

/** Customers of a run who are delivered together, whether they come from a file or from a page. */
export interface RunChunk {
  readonly customers: readonly CustomerRecord[]
  /** How many records it counts as read, including those without a readable customer id. */
  readonly rows: number
  /** The checkpoint before and after it: bytes of the file, or pages. */
  readonly from: number
  readonly to: number
  /** Where the next page begins; null after the last, and in a file. */
  readonly cursor: string | null
  /** What was read of these customers beside their records; null where it was gathered for the whole run. */
  readonly standings: ReadonlyMap<CustomerId, Standing> | null
}
