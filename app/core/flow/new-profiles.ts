import type { CustomerId } from '../ids.ts'
import type { Destination } from '../settings/destination.ts'

/** The limit on new profiles for one batch. */
export interface NewProfiles {
  /** How many may be created; null for no limit. */
  readonly room: number | null
  /** How many may be created altogether; null for no limit. */
  readonly most: number | null
  /** What is done with a customer that Lockstep never delivered: it is sent, sent while there is room, or waits for a full run. */
  readonly limitFor: (customerId: CustomerId, known: { readonly atLimit: boolean } | null) => 'sent' | 'room' | 'waits'
}

/** What a batch is read for, and how many profiles have been created for the same. */
export type CreatesFor =
  | { readonly kind: 'full' | 'reconcile' | 'baseline'; readonly created: number }
  /** `changed` are the customers for whom a change was heard. */
  | { readonly kind: 'catch_up'; readonly changed: ReadonlySet<CustomerId> }
  | { readonly kind: 'changes' }

export const noLimit: NewProfiles = { room: null, most: null, limitFor: () => 'sent' }

/**
 * Returns how many profiles a batch may create. Full runs and comparisons have what is left of the limit; a comparison leaves customers that
 * wait already to the next full run. A catch-up may read all customers because of the changes of some: the others are not what it is for, and
 * wait. Changes are not limited.
 */
export function newProfilesFor(batch: CreatesFor, { mostNew }: Destination): NewProfiles {
  if (mostNew === null) return noLimit
  switch (batch.kind) {
    case 'full':
      return { ...roomAfter(batch.created, mostNew), limitFor: () => 'room' }
    case 'reconcile':
      return { ...roomAfter(batch.created, mostNew), limitFor: (_, known) => (known?.atLimit ? 'waits' : 'room') }
    case 'catch_up':
      return { ...noLimit, limitFor: (customerId) => (batch.changed.has(customerId) ? 'sent' : 'waits') }
    case 'baseline':
    case 'changes':
      return noLimit
  }
}

function roomAfter(created: number, most: number) {
  return { room: Math.max(0, most - created), most }
}

/** What is known of a customer's profile in Klaviyo before a push. */
export type ProfileOrigin =
  /** Klaviyo has no profile with that address: the push creates it. */
  | 'new'
  /** Klaviyo has a profile that Lockstep never wrote. */
  | 'existing'
  /** Lockstep wrote it, may have written it, or did not ask. */
  | 'tracked'
