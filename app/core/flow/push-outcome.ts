import type { IssueCode } from '../issue/reason-code.ts'
import type { FieldName } from '../profile/field-names.ts'

/** What Klaviyo made of one profile. Every answer it can give is a case; only surprises are thrown. */
export type PushOutcome = { readonly kind: 'accepted'; readonly klaviyoId: string } | Refusal | Interruption

/** Klaviyo will not have this profile as it is; asking again would change nothing. */
export interface Refusal {
  readonly kind: 'refused'
  readonly code: IssueCode
  /** Klaviyo's own, without the customer's data. */
  readonly words: string
  /** The other Klaviyo profile that an identifier belongs to, when it says which. */
  readonly conflictsWith: string | null
  /** The optional fields that Klaviyo points at: without them it may take the profile. Empty when it points at none. */
  readonly fields: readonly FieldName[]
}

/** Klaviyo said nothing about the profile. */
export type Interruption =
  /** The account must wait. Nothing was applied. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /**
   * No usable answer; what was sent may or may not have been applied. When it is `suspect`, Klaviyo answers other calls, and may fail on what
   * was sent.
   */
  | { readonly kind: 'unavailable'; readonly suspect?: true }
  /** The key is no longer good; when it is `forbidden`, perhaps only for this call. Nothing was applied. */
  | { readonly kind: 'unauthorized'; readonly forbidden?: true }
  /** Klaviyo refuses all requests of this version of Lockstep alike. Nothing was applied. */
  | { readonly kind: 'outdated' }
