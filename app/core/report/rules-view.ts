import type { IntegrationStatus } from '../flow/integration-status.ts'
import type { Named, Rules } from '../profile/rules.ts'
import type { AudienceChoices } from './audience-choices.ts'

/** What the page about who is synced shows. */
export interface RulesView {
  /** Of the shop's settings; sent back with a change. */
  readonly version: number
  readonly rules: Rules
  /** IANA name, the shop's own. */
  readonly timeZone: string
  readonly status: IntegrationStatus
  readonly connected: boolean
  /** A run is open, so that a comparison would wait for its end. */
  readonly runIsOpen: boolean
  readonly choices: AudienceChoices
  /** By their code. Named here and not in the browser, whose own names may be others. */
  readonly countries: readonly Named[]
}
