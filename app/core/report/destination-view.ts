import type { IntegrationStatus } from '../flow/integration-status.ts'
import type { Destination, KlaviyoList } from '../settings/destination.ts'
import type { SyncCard } from './sync-card.ts'

/** What the page shows on which merchants choose where profiles go in Klaviyo. */
export interface DestinationView {
  /** Version of the shop's settings; sent back with a change. */
  readonly version: number
  readonly destination: Destination
  readonly status: IntegrationStatus
  readonly connected: boolean
  /** A run is open, so a comparison would wait until it ends. */
  readonly runIsOpen: boolean
  /** Customers whose profiles existed in Klaviyo already, and are not touched. */
  readonly alreadyInKlaviyo: number
  /** Customers who wait for the next full sync because of the limit. */
  readonly waitingAtLimit: number
  /** The account's lists, by name; null if Klaviyo does not answer. */
  readonly lists: readonly KlaviyoList[] | null
  readonly listProblem: SyncCard['listProblem']
}
