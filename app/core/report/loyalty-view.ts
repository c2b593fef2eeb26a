import type { IntegrationStatus } from '../flow/integration-status.ts'
import type { LoyaltyChoice } from '../profile/loyalty.ts'
import type { MappedMetafield } from '../profile/mapped-fields.ts'

/** What the page about loyalty activity shows. */
export interface LoyaltyView {
  /** Of the shop's settings; sent back with a change. */
  readonly version: number
  readonly choice: LoyaltyChoice
  /** The metafields that are sent: any of them can hold the points or the tier. */
  readonly sent: readonly MappedMetafield[]
  readonly status: IntegrationStatus
  readonly connected: boolean
  /** What the key must be allowed, in Klaviyo's spelling. */
  readonly scope: string
  /** IANA name, the shop's own. */
  readonly timeZone: string
  /** Since when the key may not record events; null while it may. */
  readonly refusedAt: string | null
  /** Events that Klaviyo has not recorded yet. */
  readonly waiting: number
  /** Events that were given up since loyalty activity was switched on. */
  readonly dropped: number
}

/** Loyalty activity in a word, for the page that leads to it. */
export interface LoyaltySummary {
  readonly on: boolean
  readonly refused: boolean
}
