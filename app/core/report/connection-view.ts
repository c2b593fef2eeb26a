import type { LoyaltySummary } from './loyalty-view.ts'
import type { CardConnection, Integration } from './sync-card.ts'

/** What the settings page shows of a shop's tie to Klaviyo. */
export interface ConnectionView {
  readonly connection: CardConnection
  readonly integration: Integration
  /** IANA name, the shop's own. */
  readonly timeZone: string
  readonly loyalty: LoyaltySummary
  /** In Klaviyo's spelling, such as `profiles:write`. */
  readonly scopesNeeded: readonly string[]
}
