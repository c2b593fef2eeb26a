import type { ShopDomain } from '#app/core/ids.ts'
import type { SyncPolicy } from '#app/store/connections.ts'
import type { OpenCredential } from '../connection/open-credential.ts'

/** What every step of a turn (one time slice of work on one shop) needs. */
export interface ShopTurn {
  readonly shop: ShopDomain
  readonly credential: OpenCredential
  readonly policy: SyncPolicy
  readonly clock: () => Date
  /** Aborted when the process is to stop, or has lost the shop's lease. No new batch and no new call is started then. */
  readonly signal: AbortSignal
}
