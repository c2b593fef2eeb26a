import type { CustomerId } from '../ids.ts'

/** A request that carried profiles to Klaviyo, and what came of it. */
export interface SentRequest {
  readonly id: string
  readonly kind: 'upsert' | 'import'
  readonly at: Date
  readonly tookMs: number
  readonly profiles: number
  /** The run that sent it; null for changes. */
  readonly run: string | null
  /** `accepted`, or why not (push-outcome.ts). A request without a status that was throttled was not made: the allowance was used up. */
  readonly outcome: 'accepted' | 'refused' | 'throttled' | 'unavailable' | 'unauthorized' | 'outdated' | 'misconfigured'
  /** The HTTP status of the answer; null if there was none. */
  readonly status: number | null
  /** Klaviyo's own explanation of a refusal, without the customer's data. */
  readonly words: string | null
  /** Of a single profile: the hash of what was sent. Null for an import: its profiles' rows have theirs. */
  readonly hash: string | null
  /** Of a single profile: the id under which it was sent; null for an import, and if none was known. */
  readonly klaviyoId: string | null
  /** Of a single profile: the fields that were cleared, as field names. */
  readonly cleared: readonly string[]
}

/** A request that was just made. The customer that it carried alone is not stored with it; null for an import. */
export interface MadeRequest extends SentRequest {
  readonly customerId: CustomerId | null
}

/** Facts of one exchange with Klaviyo. */
export interface CallFacts {
  /** Null if no answer came. */
  readonly status: number | null
  readonly tookMs: number
}
