import type { IntegrationStatus } from '../flow/integration-status.ts'

/** What every page shows on which a merchant changes a choice. */
export interface SettingView<Choice> {
  /** Version of the shop's settings; sent back with a change. */
  readonly version: number
  readonly choice: Choice
  /** The shop's own zone, as IANA name. */
  readonly timeZone: string
  readonly status: IntegrationStatus
  readonly connected: boolean
  /** A run is open, so a comparison would wait until it ends. */
  readonly runIsOpen: boolean
}
