import type { CardRun, Stall, SyncRunKind, SyncRunTrigger } from './sync-card.ts'

/** A page of what has been done, newest first. */
export interface ActivityPage {
  readonly asOf: string
  /** IANA name, the shop's own. */
  readonly timeZone: string
  readonly entries: readonly ActivityEntry[]
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null
  /** Of each topic that tells of customers, when it was last heard; newest first, never heard ones last. */
  readonly heard: readonly TopicHeard[]
  /** Shopify's webhooks do not arrive: the last comparison found changes nobody had told of. */
  readonly silence: Silence | null
}

export type ActivityEntry =
  | { readonly kind: 'run'; readonly run: RunReport }
  /** What automatic syncing did in an hour. */
  | ({ readonly kind: 'hour'; readonly startedAt: string } & HourReport)

export interface HourReport {
  readonly webhooks: number
  /** Customers read because something was said of them; read once more to make sure is not counted. */
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
  /** Who began it. Lockstep knows members of staff by number only; null when nobody did. */
  readonly startedBy: { readonly staff: string; readonly isYou: boolean } | null
  readonly state: CardRun['state'] | 'finished' | 'failed' | 'cancelled'
  readonly startedAt: string
  /** Null while it is open. */
  readonly endedAt: string | null
  readonly expected: number | null
  readonly gathered: number | null
  readonly byPages: boolean
  readonly read: number
  readonly pushed: number
  readonly unchanged: number
  readonly excluded: number
  readonly issues: number
  /** It made as many new profiles as it may, and so many customers wait for the next full sync; null when it did not. */
  readonly limit: { readonly mostNew: number; readonly held: number } | null
  /** Why it failed or was cancelled; null when it was neither. */
  readonly end: RunEnd | null
  readonly leftMs: number | null
  readonly stall: Stall | null
}

export type RunEnd =
  | { readonly why: 'cancelled_by_hand'; readonly by: { readonly staff: string; readonly isYou: boolean } | null }
  /** A run that reads all that this one would was started. */
  | { readonly why: 'superseded' }
  | { readonly why: 'reset' }
  | { readonly why: 'disconnected' }
  | { readonly why: 'another_account' }
  | { readonly why: 'uninstalled' }
  /** Shopify did not answer, for longer than is sensible to wait. */
  | { readonly why: 'shopify_away' }
  /** Shopify could not hand over the customers, in its own words. */
  | { readonly why: 'shopify_refused'; readonly words: string }

export interface TopicHeard {
  /** Shopify's name, such as `customers/update`. */
  readonly topic: string
  readonly heardAt: string | null
}

export interface Silence {
  /** When any topic was last heard; null when never. */
  readonly lastHeardAt: string | null
  /** When the comparison found them. */
  readonly foundAt: string
  /** Customers who had changed without a word. */
  readonly customers: number
}

/** A run's own page. */
export interface RunPage {
  readonly asOf: string
  readonly timeZone: string
  readonly run: RunReport
}
