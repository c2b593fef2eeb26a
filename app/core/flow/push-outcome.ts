import type { IssueCode } from '../issue/reason-code.ts'
import type { FieldName } from '../profile/field-names.ts'

/** Klaviyo's answer about one profile. Every expected answer is a case; only unexpected ones are thrown. */
export type PushOutcome = { readonly kind: 'accepted'; readonly klaviyoId: string } | Refusal | Interruption

/** Klaviyo does not accept this profile as it is; sending it again would change nothing. */
export interface Refusal {
  readonly kind: 'refused'
  readonly code: IssueCode
  /** Klaviyo's own explanation, without the customer's data. */
  readonly words: string
  /** The other Klaviyo profile that has one of the identifiers, if Klaviyo says which. */
  readonly conflictsWith: string | null
  /** The optional fields that Klaviyo points at: without them it may accept the profile. Empty if it points at none. */
  readonly fields: readonly FieldName[]
}

/** Klaviyo said nothing about the profile. */
export type Interruption =
  /** The account must wait. Nothing was applied. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /**
   * No usable answer; what was sent may or may not have been applied. With `suspect`, Klaviyo answers other calls, so the cause may be what
   * was sent.
   */
  | { readonly kind: 'unavailable'; readonly suspect?: true }
  /** The key is no longer valid; with `forbidden`, perhaps only for this call. Nothing was applied. */
  | { readonly kind: 'unauthorized'; readonly forbidden?: true }
  /** Klaviyo refuses all requests of this version of Lockstep. Nothing was applied. */
  | { readonly kind: 'outdated' }
  /** Klaviyo does not know the operator's app: its id or secret is wrong. The merchant's grant is untouched. Nothing was applied. */
  | { readonly kind: 'misconfigured' }

const interruptions: readonly string[] = [
  'throttled',
  'unavailable',
  'unauthorized',
  'outdated',
  'misconfigured',
] satisfies Interruption['kind'][]

export function isInterruption<Answer extends { readonly kind: string }>(
  answer: Answer | Interruption,
): answer is Interruption {
  return interruptions.includes(answer.kind)
}
