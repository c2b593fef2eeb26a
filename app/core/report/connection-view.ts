import type { ChannelKind } from '../alert/channel.ts'
import type { Choices } from '../settings/settings.ts'
import type { MissingScope } from './missing-scopes.ts'
import type { CardConnection, Integration } from './sync-card.ts'

/** What the settings page shows: the connection to Klaviyo, and what is chosen. */
export interface ConnectionView {
  readonly connection: CardConnection
  /** How many changes wait to be sent once Klaviyo is reconnected; 0 while it is connected. */
  readonly pending: number
  /** Another shop sends to the same Klaviyo account. */
  readonly accountIsShared: boolean
  readonly integration: Integration
  /** IANA name, the shop's own. */
  readonly timeZone: string
  readonly choices: Choices
  /** The channels to which alerts are sent. */
  readonly toldBy: readonly ChannelKind[]
  /** The key lacks permission to record events. */
  readonly eventsRefused: boolean
  /** What was not allowed when connecting by OAuth. */
  readonly missingScopes: readonly MissingScope[]
  /** In Klaviyo's spelling, such as `profiles:write`. */
  readonly scopesNeeded: readonly string[]
}
