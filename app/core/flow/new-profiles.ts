import type { CustomerId } from '../ids.ts'
import type { Destination } from '../settings/destination.ts'
import type { Heard } from './heard.ts'

/** The limit on new profiles for one batch. */
export interface NewProfiles {
  /** How many may be created; null for no limit. */
  readonly room: number | null
  /** How many may be created altogether; null for no limit. */
  readonly most: number | null
  /** What is done with a customer that Lockstep never delivered: it is sent, sent while there is room, or waits for a full run. */
  readonly limitFor: (customerId: CustomerId, known: { readonly atLimit: boolean } | null) => 'sent' | 'room' | 'waits'
  /** Where those that are sent while there is room are counted: with the run, or with what the merchant last asked to retry. */
  readonly countedFor: 'run' | 'retry'
}

/** What a batch is read for, and how many profiles have been created for the same. */
export type CreatesFor =
  | { readonly kind: 'full' | 'reconcile' | 'baseline'; readonly created: number }
  /** `marked` are customers with marks, by how they were heard of; `created` is how many the retry of a list has created. */
  | { readonly kind: 'catch_up' | 'changes'; readonly marked: Marked; readonly created: number }

export type Marked = ReadonlyMap<CustomerId, Heard | null>

export const noLimit: NewProfiles = { room: null, most: null, limitFor: () => 'sent', countedFor: 'run' }

/**
 * Returns how many profiles a batch may create. Full runs and comparisons have what is left of the limit; a comparison leaves customers that
 * wait already to the next full run. Changes are not limited, nor is a customer whom the merchant chose; a list or a segment that the merchant
 * has synced has the limit for itself. A catch-up may read all customers because of the changes of some: the others are not what it is for, and wait.
 */
export function newProfilesFor(batch: CreatesFor, { mostNew }: Destination): NewProfiles {
  if (mostNew === null) return noLimit
  switch (batch.kind) {
    case 'full':
      return { ...roomAfter(batch.created, mostNew), limitFor: () => 'room', countedFor: 'run' }
    case 'reconcile':
      return {
        ...roomAfter(batch.created, mostNew),
        limitFor: (_, known) => (known?.atLimit ? 'waits' : 'room'),
        countedFor: 'run',
      }
    case 'baseline':
      return noLimit
    case 'catch_up':
    case 'changes': {
      const { marked } = batch
      const others = batch.kind === 'catch_up' ? 'waits' : 'sent'
      const limitFor = (id: CustomerId) => (marked.get(id) === 'retry' ? 'room' : marked.has(id) ? 'sent' : others)
      const room = [...marked.values()].includes('retry') ? roomAfter(batch.created, mostNew) : {}
      return { ...noLimit, ...room, limitFor, countedFor: 'retry' }
    }
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
