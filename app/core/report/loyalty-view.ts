import type { LoyaltyChoice } from '../profile/loyalty.ts'
import type { MappedMetafield } from '../profile/mapped-fields.ts'
import type { SettingView } from './setting-view.ts'

/** What the page about loyalty activity shows. */
export type LoyaltyView = SettingView<LoyaltyChoice> & LoyaltyFacts

export interface LoyaltyFacts {
  /** The metafields that are sent: any of them can be chosen for the points or the tier. */
  readonly sent: readonly MappedMetafield[]
  /** The permission that the key needs, as Klaviyo names it. */
  readonly scope: string
  /** Since when the key lacks permission to record events; null while it has it. */
  readonly refusedAt: string | null
  /** Events that Klaviyo has not recorded yet. */
  readonly waiting: number
  /** Events that were given up since loyalty activity was turned on. */
  readonly dropped: number
}
