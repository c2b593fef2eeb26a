/** What the app's extensions in the Shopify admin are told. Sentences are in the merchant's language. */

export interface Fact {
  readonly label: string
  readonly value: string
}

/** Where a customer stands, in words. */
export interface CustomerAnswer {
  readonly kind: 'known' | 'unknown'
  readonly customerId: string
  readonly state: string
  readonly tone: 'success' | 'info' | 'warning' | 'neutral'
  readonly headline: string
  /** What to do about it; empty if there is nothing to do. */
  readonly whatToDo: string
  /** Klaviyo's own explanation, or which fields are left out. */
  readonly details: readonly string[]
  /** Why nothing is sent now; null while everything is. */
  readonly hindrance: string | null
  /** Times, and the loyalty values that were last sent. */
  readonly facts: readonly Fact[]
  readonly loyalty: readonly Fact[]
  /** False for a customer that is never synced again. */
  readonly canSync: boolean
  /** The customer's page in the app, from its root. */
  readonly page: string
}

/** What came of a press on a button. */
export interface SyncAnswer {
  readonly customers: number
  readonly message: string
}

/** Whether the customers of a segment are being marked to be synced, and how many are. */
export interface SegmentAnswer {
  readonly kind: 'idle' | 'running'
  readonly message: string | null
  /** Whether the segment is kept as a list in Klaviyo, and what is to be said about that; null if nothing is. */
  readonly isKept: boolean
  readonly listMessage: string | null
}

/** Customers that were found for what was said of them. */
export interface SearchAnswer {
  readonly kind: 'found' | 'unavailable'
  readonly customers: readonly CustomerAnswer[]
  readonly more: boolean
}
