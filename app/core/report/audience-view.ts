import type { IntegrationStatus } from '../flow/integration-status.ts'
import type { Audience, Named } from '../settings/audience.ts'
import type { AudienceChoices } from './audience-choices.ts'

/** What the page shows on which merchants choose the customers to sync. */
export interface AudienceView {
  /** Version of the shop's settings; sent back with a change. */
  readonly version: number
  readonly audience: Audience
  /** The shop's own zone, as IANA name. */
  readonly timeZone: string
  readonly status: IntegrationStatus
  readonly connected: boolean
  /** A run is open, so a comparison would wait until it ends. */
  readonly runIsOpen: boolean
  readonly choices: AudienceChoices
  /** By their code. The names come from the server, because a browser's may differ. */
  readonly countries: readonly Named[]
}
