import type { Heard } from '../flow/heard.ts'
import type { SentRequest } from '../flow/sent-request.ts'
import type { ReasonCode } from '../issue/reason-code.ts'
import type { LiveField } from '../profile/live-fields.ts'
import type { LoyaltyValues } from '../profile/loyalty.ts'
import type { LiveName, UnsyncedCustomer } from './unsynced-customers.ts'

/** What Lockstep has recorded of one customer. What Shopify and Klaviyo have is read afterwards. */
export interface CustomerView {
  readonly customer: UnsyncedCustomer
  readonly klaviyoId: string | null
  /** Erased on request: nothing is stored but that it is never synced again. */
  readonly erased: boolean
  /** The customer that it was merged into, while the profiles are being merged. */
  readonly mergedInto: string | null
  /** When Lockstep last read it; null if it never did. */
  readonly readAt: string | null
  /** How and when the last change was heard of; null if none was since this is recorded: a run read the customer. */
  readonly heard: { readonly how: Heard; readonly at: string } | null
  /** What waits: a change, or an import that carries the customer. `nextAt` is when it is read, sent or checked next. */
  readonly waiting: {
    readonly for: 'read' | 'import'
    readonly since: string
    readonly nextAt: string
    readonly attempt: number
  } | null
  /** The request that carried it last, if that was in the last seven days. */
  readonly request: CustomerRequest | null
  /** The loyalty values that it was last sent, and since when; null while they are not stored. */
  readonly loyalty: {
    readonly values: LoyaltyValues
    readonly tierSince: string | null
    readonly changedAt: string | null
  } | null
  /** The issue that was last resolved, within seven days. */
  readonly resolved: { readonly code: ReasonCode; readonly at: string } | null
  /** Why nothing is sent now; null while everything is. */
  readonly hindrance: 'not_connected' | 'refused' | 'off' | 'not_started' | null
}

export interface CustomerRequest extends Omit<SentRequest, 'at' | 'hash' | 'id' | 'klaviyoId'> {
  readonly at: string
}

/** One customer as Shopify and Klaviyo have it now. Each side may fail by itself. Nothing of it is stored. */
export interface LiveCustomer {
  readonly shopify:
    | (LiveName & { readonly kind: 'found' })
    /** Deleted, or merged into another customer. */
    | { readonly kind: 'not_found' }
    /** Shopify does not let Lockstep read it. */
    | { readonly kind: 'withheld'; readonly words: string | null }
    | { readonly kind: 'unavailable' }
  readonly klaviyo:
    | { readonly kind: 'found'; readonly klaviyoId: string }
    | { readonly kind: 'not_found' }
    /** Without an address and a known profile there is nothing to look for. */
    | { readonly kind: 'not_asked' }
    | { readonly kind: 'not_connected' }
    | { readonly kind: 'unavailable' }
  /** Why it would not be sent now; null if it would be, or if that is not known. */
  readonly notSent: { readonly code: ReasonCode; readonly words: string | null } | null
  readonly fields: readonly LiveField[]
  /** The body of the last request. */
  readonly body: RequestBody | null
}

export type RequestBody =
  /** The values are those that were sent: their hash is the same. */
  | { readonly kind: 'exact'; readonly json: string }
  /** The customer has changed since: only the names of the fields are known. */
  | { readonly kind: 'names'; readonly fields: readonly string[] }
