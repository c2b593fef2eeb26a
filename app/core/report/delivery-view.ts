import type { DeliveryChoice, KlaviyoList } from '../flow/delivery-choice.ts'
import type { IntegrationStatus } from '../flow/integration-status.ts'
import type { SyncCard } from './sync-card.ts'

/** What the page about where profiles land shows. */
export interface DeliveryView {
  /** Of the shop's settings; sent back with a change. */
  readonly version: number
  readonly delivery: DeliveryChoice
  readonly status: IntegrationStatus
  readonly connected: boolean
  /** A run is open, so that a comparison would wait for its end. */
  readonly runIsOpen: boolean
  /** Customers who are in Klaviyo already, and are left alone there. */
  readonly alreadyInKlaviyo: number
  /** Customers who wait for the next full sync because of the limit. */
  readonly waitingAtLimit: number
  /** The account's lists, by name; null while Klaviyo does not say. */
  readonly lists: readonly KlaviyoList[] | null
  readonly listProblem: SyncCard['listProblem']
}
