import type { DeliveryChoice } from '../flow/delivery-choice.ts'
import type { SentCounts } from '../profile/mapped-fields.ts'
import type { Named, Rules } from '../profile/rules.ts'
import type { LoyaltySummary } from './loyalty-view.ts'
import type { CardConnection, Integration } from './sync-card.ts'

/** What the settings page shows of a shop's tie to Klaviyo. */
export interface ConnectionView {
  readonly connection: CardConnection
  /** Another shop sends to the same Klaviyo account. */
  readonly accountIsShared: boolean
  readonly integration: Integration
  readonly delivery: DeliveryChoice
  /** IANA name, the shop's own. */
  readonly timeZone: string
  /** Who is synced, and what the countries in it are called. */
  readonly rules: Rules
  readonly countries: readonly Named[]
  /** How much is sent of a customer. */
  readonly sent: SentCounts
  readonly loyalty: LoyaltySummary
  /** In Klaviyo's spelling, such as `profiles:write`. */
  readonly scopesNeeded: readonly string[]
}
