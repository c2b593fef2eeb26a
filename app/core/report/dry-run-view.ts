import type { DryRunCounts, DryRunExample, DryRunFailure, DryRunState, DryRunSubject } from '../flow/dry-run.ts'
import type { FullSyncStart } from './full-sync-start.ts'
import type { IntegrationChange } from './integration-change.ts'

/** What the page of dry runs shows. */
export interface DryRunPage {
  readonly asOf: string
  readonly timeZone: string
  /** The last one; null if there is none. */
  readonly dry: DryRunView | null
  /** Why none can be started now; null if one can. */
  readonly hindrance: 'not_connected' | 'refused' | 'off' | null
}

export interface DryRunView {
  readonly id: string
  readonly subject: DryRunSubject
  readonly state: DryRunState
  readonly failure: DryRunFailure | null
  readonly askedAt: string
  readonly endedAt: string | null
  /** When the merchant did what it played; null before. */
  readonly carriedOutAt: string | null
  /** Customers it will read; null until Shopify has counted them. */
  readonly expected: number | null
  readonly counts: DryRunCounts
  readonly examples: readonly DryRunExample[]
  /** The settings were changed since it was asked for: its figures are of the choices of that time. */
  readonly settingsChanged: boolean
  /** What it waits for; null while it goes on. */
  readonly waitsFor: 'run' | 'shopify_away' | 'klaviyo_away' | null
}

/** The answer to the request to start a dry run. */
export type DryRunStart =
  | { readonly kind: 'started'; readonly id: string }
  | { readonly kind: 'not_connected' | 'refused' | 'off' | 'already_open' }
  /** The last one ended too short a time ago. */
  | { readonly kind: 'too_soon'; readonly againAt: string }
  /** Saving the choice sends nothing by itself. */
  | { readonly kind: 'sends_nothing' }
  /** The choice could not be saved like this. */
  | { readonly kind: 'not_saved'; readonly change: IntegrationChange }

/** The answer to the request to do what a dry run played. */
export type CarryingOut =
  | { readonly kind: 'full'; readonly start: FullSyncStart }
  | { readonly kind: 'saved'; readonly change: IntegrationChange }
  /** It has not finished, another one was started, the settings were changed since, or somebody was faster. */
  | { readonly kind: 'over' }
