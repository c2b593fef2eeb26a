import type { CustomerId } from '../ids.ts'
import type { Destination } from '../settings/destination.ts'

/** The limit on new profiles for one batch. */
export interface NewProfiles {
  /** How many may be created; null for no limit. */
  readonly room: number | null
  /** How many the whole run may create; null for no limit. */
  readonly most: number | null
  /** Customers that wait already keep waiting: only a full run sends them. */
  readonly keepsWaiting: boolean
  /** Waiting customers who changed meanwhile. They are sent even so. */
  readonly changed?: ReadonlySet<CustomerId>
}

const noLimit: NewProfiles = { room: null, most: null, keepsWaiting: false }

/**
 * Returns how many profiles a batch may create. Full runs and comparisons are limited; other purposes are not. A catch-up may read all
 * customers because of the changes of some (`changed`): the others who wait at the limit keep waiting. `created` is the number that the run
 * has recorded so far.
 */
export function newProfilesFor(
  run: { readonly kind: 'full' | 'baseline' | 'reconcile' | 'catch_up'; readonly created: number } | null,
  { mostNew }: Destination,
  changed: ReadonlySet<CustomerId> = new Set(),
): NewProfiles {
  if (mostNew !== null && run?.kind === 'catch_up') return { ...noLimit, keepsWaiting: true, changed }
  if (mostNew === null || (run?.kind !== 'full' && run?.kind !== 'reconcile')) return noLimit
  return { room: Math.max(0, mostNew - run.created), most: mostNew, keepsWaiting: run.kind === 'reconcile' }
}

/** What is known of a customer's profile in Klaviyo before a push. */
export type ProfileOrigin =
  /** Klaviyo has no profile with that address: the push creates it. */
  | 'new'
  /** Klaviyo has a profile that Lockstep never wrote. */
  | 'existing'
  /** Lockstep wrote it, may have written it, or did not ask. */
  | 'tracked'
