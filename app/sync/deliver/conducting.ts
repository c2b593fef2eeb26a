import type { ShopDomain } from '#app/core/ids.ts'
import type { OpenConnection } from '#app/store/connections.ts'

/** What every step of one conductor's turn with a shop needs. */
export interface Conducting {
  readonly shop: ShopDomain
  readonly connection: OpenConnection
  readonly clock: () => Date
  /** Aborted when the process is told to stop, or the shop is no longer this conductor's: no new batch, no new call. */
  readonly signal: AbortSignal
}
