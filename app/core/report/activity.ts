import type { LastHeard } from '../loyalty/last-heard.ts'
import type { ValueSource } from '../profile/mapped-values.ts'
import type { CardRun, RunCheckView, Stall, SyncRunKind, SyncRunTrigger } from './sync-card.ts'

/** A page of the activity, newest first. */
export interface ActivityPage {
  readonly asOf: string
  /** The shop's own zone, as IANA name. */
  readonly timeZone: string
  readonly entries: readonly ActivityEntry[]
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null
  /** When each customer topic last arrived; newest first, topics that never arrived last. */
  readonly topics: readonly WebhookTopic[]
  /** When each value that the merchant mapped was last heard of, in the order of the mapping. */
  readonly sources: readonly HeardSource[]
  /** Shopify's webhooks seem not to arrive: the last comparison found changes that none reported. Null otherwise. */
  readonly silence: Silence | null
}

export type ActivityEntry =
  | { readonly kind: 'run'; readonly run: RunReport }
  /** What automatic syncing did in an hour. */
  | ({ readonly kind: 'hour'; readonly startedAt: string } & HourReport)

export interface HourReport {
  readonly webhooks: number
  /** Customers read because a change was reported; confirming reads are not counted. */
  readonly read: number
  readonly pushed: number
  readonly unchanged: number
  readonly excluded: number
  readonly issues: number
}

export interface RunReport {
  readonly id: string
  readonly kind: SyncRunKind
  readonly trigger: SyncRunTrigger
  /** Lockstep knows staff members by number only; null if none started it. */
  readonly startedBy: { readonly staff: string; readonly isYou: boolean } | null
  readonly state: CardRun['state'] | 'finished' | 'failed' | 'cancelled'
  readonly startedAt: string
  /** Null while it is open. */
  readonly endedAt: string | null
  readonly expected: number | null
  readonly rowsWritten: number | null
  readonly byPages: boolean
  readonly check: RunCheckView | null
  readonly read: number
  readonly pushed: number
  readonly unchanged: number
  readonly excluded: number
  readonly issues: number
  /** It created as many new profiles as it may, and so many customers wait for the next full sync; null if it did not reach the limit. */
  readonly limit: { readonly mostNew: number; readonly held: number } | null
  /** Why it failed or was cancelled; null if it was neither. */
  readonly end: RunEnd | null
  readonly remainingMs: number | null
  readonly stall: Stall | null
}

export type RunEnd =
  | { readonly why: 'cancelled_by_hand'; readonly by: { readonly staff: string; readonly isYou: boolean } | null }
  /** A run was started that reads everything that this one would. */
  | { readonly why: 'superseded' }
  | { readonly why: 'reset' }
  | { readonly why: 'disconnected' }
  | { readonly why: 'another_account' }
  | { readonly why: 'uninstalled' }
  /** It was held, and nobody said yes. */
  | { readonly why: 'unanswered' }
  /** Shopify did not answer for too long. */
  | { readonly why: 'shopify_away' }
  /** Shopify could not deliver the customers; `words` is its explanation. */
  | { readonly why: 'shopify_refused'; readonly words: string }

export interface WebhookTopic {
  /** Shopify's name, such as `customers/update`. */
  readonly topic: string
  readonly receivedAt: string | null
}

export interface HeardSource {
  readonly source: ValueSource
  /** Name of the Klaviyo property. */
  readonly property: string
  /** Null if it has never been heard of. */
  readonly by: LastHeard['by'] | null
  readonly at: string | null
}

export interface Silence {
  /** When any topic last arrived; null if never. */
  readonly lastReceivedAt: string | null
  /** When the comparison found the changes. */
  readonly foundAt: string
  /** Customers that had changed without a webhook. */
  readonly customers: number
}

/** A run's own page. */
export interface RunPage {
  readonly asOf: string
  readonly timeZone: string
  readonly run: RunReport
}
