import type { SentCounts } from '../profile/mapped-fields.ts'
import type { Audience, Named } from '../settings/audience.ts'
import type { Destination } from '../settings/destination.ts'
import type { LoyaltySummary } from './loyalty-view.ts'
import type { CardConnection, Integration } from './sync-card.ts'

/** What the settings page shows about a shop's connection to Klaviyo. */
export interface ConnectionView {
  readonly connection: CardConnection
  /** Another shop sends to the same Klaviyo account. */
  readonly accountIsShared: boolean
  readonly integration: Integration
  readonly destination: Destination
  /** IANA name, the shop's own. */
  readonly timeZone: string
  /** Which customers are synced, and the names of the countries in these rules. */
  readonly audience: Audience
  readonly countries: readonly Named[]
  /** How many fields of a customer are sent. */
  readonly sent: SentCounts
  readonly loyalty: LoyaltySummary
  /** In Klaviyo's spelling, such as `profiles:write`. */
  readonly scopesNeeded: readonly string[]
}
