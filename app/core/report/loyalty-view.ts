import type { IntegrationStatus } from '../flow/integration-status.ts'
import type { LoyaltyChoice } from '../profile/loyalty.ts'
import type { MappedMetafield } from '../profile/mapped-fields.ts'

/** What the page about loyalty activity shows. */
export interface LoyaltyView {
  /** Version of the shop's settings; sent back with a change. */
  readonly version: number
  readonly choice: LoyaltyChoice
  /** The metafields that are sent: any of them can be chosen for the points or the tier. */
  readonly sent: readonly MappedMetafield[]
  readonly status: IntegrationStatus
  readonly connected: boolean
  /** The permission that the key needs, as Klaviyo names it. */
  readonly scope: string
  /** The shop's own zone, as IANA name. */
  readonly timeZone: string
  /** Since when the key lacks permission to record events; null while it has it. */
  readonly refusedAt: string | null
  /** Events that Klaviyo has not recorded yet. */
  readonly waiting: number
  /** Events that were given up since loyalty activity was turned on. */
  readonly dropped: number
}

/** The state of loyalty activity, for the page that links to its settings. */
export interface LoyaltySummary {
  readonly on: boolean
  readonly refused: boolean
}
