import type { ListProblem } from '../flow/delivery-choice.ts'
import type { IntegrationStatus } from '../flow/integration-status.ts'
import type { ShopifyHindrance, ShopifyTrouble } from '../flow/shopify-trouble.ts'
import type { CustomerParts } from './customer-parts.ts'

/** What the Integration Sync card shows. Instants are ISO 8601 text, so that a loader can send them; null means "never" or "none". */
export interface SyncCard {
  /** The instant the counts were read. */
  readonly asOf: string
  /** IANA name, such as `Europe/Berlin`; the shop's own. */
  readonly timeZone: string
  readonly connection: CardConnection
  readonly integration: Integration
  /** Distinct profiles that were sent to Klaviyo, and taken, in the last 24 hours. */
  readonly syncedLastDay: number
  /** Customers whose profile Lockstep keeps now. */
  readonly syncedTotal: number
  /** All customers that Lockstep knows of, each in one part. */
  readonly parts: CustomerParts
  /** Customers in sync whose profile goes without a field that Klaviyo does not take, or another profile has. Counted up to 10,000. */
  readonly omitted: number
  /** The chosen list takes no profiles; null while it does, and when none is chosen. */
  readonly listProblem: { readonly why: ListProblem; readonly list: string; readonly since: string } | null
  /** Changes that wait for their turn, import jobs in flight included. Counted up to 10,000. */
  readonly pending: number
  readonly lastFullSyncStartedAt: string | null
  /** When the newest full sync gave up; null when it did not. */
  readonly fullSyncFailedAt: string | null
  /** When a profile was last sent and taken, by an automatic or a full sync; comparing without sending does not move it. */
  readonly lastProfileSyncedAt: string | null
  /** The run under way, or null. */
  readonly run: CardRun | null
  /** When a full sync may be started by hand again; null when it may be now. */
  readonly nextFullSyncAt: string | null
  /** Klaviyo asked us to wait until then; null when it did not. */
  readonly throttledUntil: string | null
  /** Why no change reaches Klaviyo, once that has lasted a minute; null while changes do, or might. */
  readonly liveStall: Stall | null
  /** Segments that say who is synced and are gone from Shopify, by name: nobody matches them. */
  readonly segmentsGone: readonly string[]
  /** When the changes that wait are sent, if all of them wait for the sync delay; null when they do not. */
  readonly delayedUntil: string | null
  /** Why Shopify refuses requests or withholds data, and the fields it named; null while it does neither. */
  readonly shopifyTrouble: {
    readonly why: ShopifyHindrance
    readonly since: string
    readonly words: string | null
  } | null
  /** New profiles are still without their phone numbers and external IDs: a run that sends them comes next. */
  readonly identifiersWait: boolean
  /** Whether a run over all customers ever came to its end. */
  readonly filled: boolean
  /** When a full run is started again by itself, after one that failed in an account that was never filled; null when none will be. */
  readonly refillAt: string | null
  /** Since when the key may not record loyalty activity, while that is switched on; null while it may. */
  readonly loyaltyRefusedAt: string | null
}

/** The merchant's switch and its settings. */
export interface Integration {
  readonly status: IntegrationStatus
  /** Increases with each change of the status or these settings. Sent back with a change, so that one made on an outdated page is recognised. */
  readonly version: number
  /** When the last batch was settled; null unless off. */
  readonly stoppedAt: string | null
  /** How long changes wait after the end of a drain; 0 sends them as they come. */
  readonly syncDelayMs: number
  readonly nightlyReconcile: boolean
}

export type CardConnection =
  | { readonly kind: 'none' }
  | { readonly kind: 'connected'; readonly accountName: string; readonly connectedAt: string }
  /** Klaviyo stopped taking the key; nothing is sent and changes are held. */
  | { readonly kind: 'refused'; readonly accountName: string; readonly refusedAt: string }

export interface CardRun {
  readonly id: string
  readonly kind: SyncRunKind
  readonly trigger: SyncRunTrigger
  readonly state: 'queued' | 'reading' | 'delivering' | 'paused'
  /** Shopify refuses bulk operations, or loses them: customers are read page by page, which takes longer. */
  readonly byPages: boolean
  readonly startedAt: string
  /** Customers the run will read; null until Shopify has counted them. */
  readonly expected: number | null
  /** Customers that Shopify has gathered so far, before the first can be read; null when it has not said. */
  readonly gathered: number | null
  readonly read: number
  readonly pushed: number
  readonly unchanged: number
  readonly excluded: number
  readonly issues: number
  /** How long it will still take at the pace measured so far; null until there is one. */
  readonly leftMs: number | null
  /** Nothing has moved for a while: why; null while it moves. */
  readonly stall: Stall | null
}

/** Why nothing moves, in a run or while live changes are sent. */
export interface Stall {
  readonly why: StallCause
  readonly since: string
  /** When it is tried again; left out where that is not known. */
  readonly until?: string | undefined
}

export type StallCause =
  /** Shopify is still writing the customers into a file. */
  | 'shopify_gathering'
  | 'shopify_away'
  | 'klaviyo_throttled'
  | 'klaviyo_refused'
  /** Klaviyo has the profiles and is not done with them. */
  | 'klaviyo_importing'
  | 'klaviyo_away'
  /** Klaviyo no longer takes what this version of Lockstep sends. */
  | 'klaviyo_outdated'
  | 'no_worker'
  /** Shopify refuses until the merchant or the operator acts. */
  | ShopifyTrouble

/** `baseline` reads and records, `reconcile` compares, by night or after a change of the settings, `catch_up` reads a storm of changes in bulk. */
export type SyncRunKind = 'full' | 'baseline' | 'reconcile' | 'catch_up'

/** What began a run. */
export type SyncRunTrigger =
  | 'connecting'
  | 'by_hand'
  | 'switched_on'
  | 'nightly'
  | 'storm'
  | 'settings_changed'
  /** The first full run failed, and the account was never filled. */
  | 'never_filled'
  /** Phone numbers and external ids of imported profiles, which are sent once Klaviyo's ids are known. */
  | 'identifiers'
