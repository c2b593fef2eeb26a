import type { DeliveryChoice } from './delivery-choice.ts'

/** What a limit on new profiles leaves to one batch. */
export interface NewProfiles {
  /** How many may be created; null for as many as there are. */
  readonly room: number | null
  /** How many the whole run may create. */
  readonly most: number | null
  /** Who waits already goes on waiting: only a full run goes on with them. */
  readonly waitingStay: boolean
}

const noLimit: NewProfiles = { room: null, most: null, waitingStay: false }

/**
 * How many profiles a batch may create: full runs and comparisons are limited, everything else is somebody's change. `created` are
 * those that the run has intended before.
 */
export function newProfilesFor(
  run: { readonly kind: 'full' | 'baseline' | 'reconcile' | 'catch_up'; readonly created: number } | null,
  { mostNew }: DeliveryChoice,
): NewProfiles {
  if (mostNew === null || (run?.kind !== 'full' && run?.kind !== 'reconcile')) return noLimit
  return { room: Math.max(0, mostNew - run.created), most: mostNew, waitingStay: run.kind === 'reconcile' }
}

/** What a customer's profile is to Klaviyo before a push. */
export type Landing =
  /** Klaviyo has none of that address: the push creates it. */
  | 'new'
  /** Klaviyo has one that Lockstep never wrote. */
  | 'found'
  /** Lockstep wrote it, may have, or nobody asked. */
  | 'known'
