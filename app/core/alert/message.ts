import type { StallCause, SyncRunKind } from '../report/sync-card.ts'
import type { AlertCause } from './causes.ts'

/** What is known of a cause: counts and codes, nothing about a customer. Instants are ISO 8601 text. */
export interface AlertDetail {
  /** Why the sync stands still. */
  readonly stall?: StallCause
  /** Customers with an issue, that a held run would change, or that changed without a webhook. */
  readonly customers?: number
  /** All customers; for a held run, all that are in sync. */
  readonly of?: number
  /** The kind of the run that failed or is held, and its id. */
  readonly run?: SyncRunKind
  readonly runId?: string
}

/** What stood still, or was otherwise wrong, in a week. */
export interface WeekAlert {
  readonly cause: AlertCause
  readonly since: string
  /** Null while it is open. */
  readonly overAt: string | null
}

/** What one message is about. */
export type MessageContent =
  | { readonly kind: 'opened'; readonly cause: AlertCause; readonly since: string; readonly detail: AlertDetail }
  | {
      readonly kind: 'over'
      readonly cause: AlertCause
      readonly since: string
      readonly overAt: string
      /** `off`: the integration was turned off or disconnected, so that nothing can be said about it. */
      readonly why: 'resolved' | 'off'
    }
  | {
      readonly kind: 'weekly'
      /** Profiles that were sent in the week, each time that one was. */
      readonly synced: number
      /** Customers that have an issue now. */
      readonly issues: number
      readonly customers: number
      readonly alerts: readonly WeekAlert[]
    }
  | { readonly kind: 'test' }
  /** Asks whether the address is right: all that an address that is not confirmed is ever sent. */
  | { readonly kind: 'confirm' }

export type MessageKind = MessageContent['kind']
