/** What the Integration Sync card shows. Instants are ISO 8601 text, so that a loader can send them; null means "never" or "none". */
export interface SyncCard {
  /** The instant the counts were read. */
  readonly asOf: string
  /** IANA name, such as `Europe/Berlin`; the shop's own. */
  readonly timeZone: string
  readonly connection: CardConnection
  /** Distinct profiles that were brought in step, or found in step, in the last 24 hours. */
  readonly syncedLastDay: number
  /** Distinct profiles that were ever brought in step and are still tracked. */
  readonly syncedTotal: number
  /** Customers who have no e-mail address in Shopify; never sent. */
  readonly noEmail: number
  /** Customers whose address is malformed by our check or by Klaviyo's; not sent until corrected in Shopify. */
  readonly invalidEmail: number
  /** Customers with an open issue other than an invalid address. */
  readonly otherIssues: number
  /** Changes that wait for their turn, import jobs in flight included. Counted up to 10,000. */
  readonly pending: number
  readonly lastFullSyncStartedAt: string | null
  /** When the newest full sync gave up; null when it did not. */
  readonly fullSyncFailedAt: string | null
  /** Moves with automatic and full syncs alike. */
  readonly lastProfileSyncedAt: string | null
  /** The run under way, or null. */
  readonly run: CardRun | null
  /** When a full sync may be started by hand again; null when it may be now. */
  readonly nextFullSyncAt: string | null
  /** Klaviyo asked us to wait until then; null when it did not. */
  readonly throttledUntil: string | null
}

export type CardConnection =
  | { readonly kind: 'none' }
  | { readonly kind: 'connected'; readonly accountName: string; readonly connectedAt: string }
  /** Klaviyo stopped taking the key; nothing is sent and changes are held. */
  | { readonly kind: 'refused'; readonly accountName: string; readonly refusedAt: string }

export interface CardRun {
  readonly id: string
  readonly kind: SyncRunKind
  readonly state: 'queued' | 'reading' | 'delivering' | 'paused'
  readonly startedAt: string
  /** Customers the run will read; null until Shopify has counted them. */
  readonly expected: number | null
  readonly read: number
  readonly pushed: number
  readonly unchanged: number
  readonly excluded: number
  readonly issues: number
}

export type SyncRunKind = 'full' | 'catch_up'
