import type { LoyaltyChoice } from '../profile/loyalty.ts'
import type { MappedValue } from '../profile/mapped-values.ts'
import type { SettingView } from './setting-view.ts'
import type { ConnectedBy } from './sync-card.ts'

/** What the page about loyalty activity shows. */
export type LoyaltyView = SettingView<LoyaltyChoice> & LoyaltyFacts

export interface LoyaltyFacts {
  /** The values that are sent: the changes of those with a meaning can be recorded. */
  readonly sent: readonly MappedValue[]
  /** The permission that the key needs, as Klaviyo names it. */
  readonly scope: string
  readonly connectedBy: ConnectedBy
  /** Since when the key, or what was allowed at a login, lacks permission to record events; null while it has it. */
  readonly refusedAt: string | null
  /** Events that Klaviyo has not recorded yet. */
  readonly waiting: number
  /** Events that were given up since loyalty activity was turned on. */
  readonly dropped: number
}
