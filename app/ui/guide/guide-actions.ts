import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import type { GuidePart, MarkedStep } from '#app/core/report/setup-guide.ts'
import type { Destination } from '#app/core/settings/destination.ts'

type PartOf<Step extends MarkedStep> = Extract<GuidePart, { step: Step }>

/** What the setup guide can ask for, and what is known of its steps. */
export interface GuideActions {
  /** What an opened step shows; null until it is known. */
  readonly parts: { readonly [Step in MarkedStep]: PartOf<Step> | null }
  /** Asks Shopify and Klaviyo what a step shows. */
  readonly load: (step: MarkedStep) => void
  readonly mark: (step: MarkedStep, done: boolean) => void
  readonly hide: (hidden: boolean) => void
  readonly saveDestination: (version: number, destination: Destination) => void
  readonly saving: boolean
  readonly start: () => void
  readonly starting: boolean
  /** The result of pressing Start; null before. */
  readonly answer: FullSyncStart | null
}
