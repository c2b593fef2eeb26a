import type { CustomerId } from '../ids.ts'
import type { LoyaltyEvent } from '../profile/loyalty-event.ts'
import type { Meaning } from '../profile/mapped-values.ts'
import type { Lane } from './lane.ts'

/** How requests of a kind differ from those of the others. */
export interface RequestPolicy {
  /** The lane whose turns send it. */
  readonly lane: Lane
  /** Whether it is sent while the integration is off. */
  readonly whileOff: boolean
}

/** The kinds of request to Klaviyo that are written down before they are sent. */
export const requestPolicies = {
  /** Write many profiles, because of changes of their customers. */
  import: { lane: 'live', whileOff: true },
  /** The same, for a run. */
  run_import: { lane: 'run', whileOff: true },
  /** Delete the profiles of a customer that was erased on request. */
  erase: { lane: 'live', whileOff: true },
  /** Merge the profiles of two customers that were merged in Shopify. */
  merge: { lane: 'live', whileOff: false },
  /** Record a change of a loyalty value as an event. */
  event: { lane: 'live', whileOff: false },
  /** Fetch the Klaviyo ids of the profiles that an import wrote. */
  fetch_ids: { lane: 'run', whileOff: false },
} as const satisfies Record<string, RequestPolicy>

export type RequestKind = keyof typeof requestPolicies
export const requestKinds = Object.keys(requestPolicies) as RequestKind[]

/** What a request of each kind holds besides its subject. No personal data, unless it is sealed. */
export interface RequestPayloads {
  /** The subject is its own id. The remote id is Klaviyo's import; null while the answer to the submission is unknown. */
  readonly import: ImportPayload
  readonly run_import: ImportPayload
  /** The subject is the customer. `sealed`: what Klaviyo may find the person by, encrypted. */
  readonly erase: { readonly sealed: string }
  /**
   * The subject is the customer that no longer exists. `tries`: how often Shopify has not shown the merge, or once it was sent, how often
   * Klaviyo had not carried it out. The request's remote id is the profile that Klaviyo was asked to merge; null if it was not asked.
   */
  readonly merge: { readonly keptId: CustomerId; readonly tries: number }
  /** The subject is the customer. The request's time is that of the delivery of the new value. */
  readonly event: EventPayload
  /** The subject is Klaviyo's import. `next`: the path of the page of its profiles to read next; null for the first. */
  readonly fetch_ids: { readonly next: string | null }
}

interface ImportPayload {
  readonly run: string | null
  readonly profiles: number
  /** Of these, how many its run counts as created. */
  readonly created: number
  /** Of these, how many count as created by the retry of a list. Absent if none does. */
  readonly retried?: number
  /** It carries profiles whose Klaviyo ids are not known. */
  readonly awaitsIds: boolean
  /** Klaviyo did not answer this submission although it answered other calls: one of its profiles may make Klaviyo fail. */
  readonly suspect: boolean
  /** When the changes that it carries were heard: seconds since 1970, and how many in each. Absent if it carries none that was heard. */
  readonly heard?: readonly (readonly [second: number, changes: number])[]
}

interface EventPayload extends Omit<LoyaltyEvent, 'kind'> {
  readonly metric: Meaning
  /** Recorded without triggering flows. */
  readonly backfill: boolean
}

/** `written`: nothing has come of it yet. `sent`: Klaviyo has taken it, and whether it was carried out is still to be checked. */
export type RequestState = 'written' | 'sent'
