import type { Destination, KlaviyoList } from '../settings/destination.ts'
import type { SegmentListReport } from './segment-list-report.ts'
import type { SettingView } from './setting-view.ts'
import type { SyncCard } from './sync-card.ts'

/** What the page shows on which merchants choose where profiles go in Klaviyo. */
export type DestinationView = SettingView<Destination> & DestinationFacts

export interface DestinationFacts {
  /** Customers whose profiles existed in Klaviyo already, and are not touched. */
  readonly alreadyInKlaviyo: number
  /** Customers who wait for the next full sync because of the limit. */
  readonly waitingAtLimit: number
  /** The account's lists, by name; null if Klaviyo does not answer. */
  readonly lists: readonly KlaviyoList[] | null
  /** Whether other shops write to the same account. */
  readonly accountIsShared: boolean
  /** A prefix that no other shop in the account uses. */
  readonly freePrefix: string
  readonly listProblem: SyncCard['listProblem']
  /** The segments that are kept as lists, and those that could not be any longer. */
  readonly segmentLists: readonly SegmentListReport[]
}
