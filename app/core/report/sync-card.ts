import type { DeliverySpeed } from '../flow/delivery-times.ts'
import type { IntegrationStatus } from '../flow/integration-status.ts'
import type { CheckState } from '../flow/large-change.ts'
import type { ShopifyHindrance, ShopifyTrouble } from '../flow/shopify-trouble.ts'
import type { HeldSource } from '../loyalty/held-sources.ts'
import type { PresetId } from '../loyalty/preset-ids.ts'
import type { ListProblem } from '../settings/destination.ts'
import type { CustomerParts } from './customer-parts.ts'
import type { SetupGuide } from './setup-guide.ts'

/** What the Integration Sync card shows. Instants are ISO 8601 text, so that a loader can send them; null means "never" or "none". */
export interface SyncCard {
  /** When the counts were read. */
  readonly asOf: string
  /** The shop's own zone, as IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string
  readonly connection: CardConnection
  readonly integration: Integration
  /** Distinct profiles that Klaviyo accepted in the last 24 hours. */
  readonly syncedLastDay: number
  /** Customers whose profile Lockstep keeps in sync. */
  readonly syncedTotal: number
  /** When the first sync starts by itself, because the merchant chooses first; null if none waits to be started. */
  readonly startAt: string | null
  readonly guide: SetupGuide
  /** Whether any customer has been read: before, no count says anything about the shop. */
  readonly anyRead: boolean
  /** Since when the oldest change has waited that could be sent now; null if there is none. */
  readonly dueSince: string | null
  /** How fast the changes of today (by the shop's clock) reached Klaviyo; null if none did yet. */
  readonly speedToday: DeliverySpeed | null
  /** All customers that Lockstep knows of, each in one part. */
  readonly parts: CustomerParts
  /** Customers in sync whose profile lacks a field because Klaviyo refuses it, or another profile has it. Counted up to 10,000. */
  readonly omitted: number
  /** The chosen list accepts no profiles; null while it does, and if none is chosen. */
  readonly listProblem: { readonly why: ListProblem; readonly list: string; readonly since: string } | null
  /** Changes that wait, import jobs in flight included. Counted up to 10,000. */
  readonly pending: number
  readonly lastFullSyncStartedAt: string | null
  /** What started it; null if there was none. */
  readonly lastFullSyncTrigger: SyncRunTrigger | null
  /** When the newest full sync failed; null if it did not. */
  readonly fullSyncFailedAt: string | null
  /** When Klaviyo last accepted a profile, by an automatic or a full sync; comparing without sending does not change it. */
  readonly lastProfileSyncedAt: string | null
  /** The open run, or null. */
  readonly run: CardRun | null
  /** When a full sync may be started by hand again; null if it may be now. */
  readonly nextFullSyncAt: string | null
  /** Until when Klaviyo asked to wait; null if it did not. */
  readonly throttledUntil: string | null
  /** Why no change reaches Klaviyo, once that has lasted a minute; null while changes do, or might. */
  readonly liveStall: Stall | null
  /** Names of segments in the rules that Shopify no longer has: no customer matches them. */
  readonly segmentsGone: readonly string[]
  /** When the waiting changes are sent, if all of them wait for the sync delay; null otherwise. */
  readonly delayedUntil: string | null
  /** Why Shopify refuses requests or withholds data, and the fields it named; null if it does neither. */
  readonly shopifyTrouble: {
    readonly why: ShopifyHindrance
    readonly since: string
    readonly words: string | null
  } | null
  /** New profiles still lack their phone numbers and external ids: a run that sends them comes next. */
  readonly identifiersPending: boolean
  /** Whether a run over all customers has ever finished. */
  readonly filled: boolean
  /** When a full run starts again by itself, after one that failed in an account that was never filled; null if none will. */
  readonly refillAt: string | null
  /** Since when the key lacks permission to record loyalty activity, while that is on; null while it has it. */
  readonly loyaltyRefusedAt: string | null
  /** A loyalty app that was found in the shop and is not mapped, until the merchant maps or dismisses it; null if there is none. */
  readonly newLoyaltyApp: { readonly id: PresetId; readonly name: string } | null
  /** Mapped sources that cannot be read any more, so that Klaviyo keeps what it has. */
  readonly heldSources: readonly HeldSource[]
}

/** The status of the integration and its settings. */
export interface Integration {
  readonly status: IntegrationStatus
  /**
   * Incremented with each change of the status or these settings. Sent back with a change, so that a change made on an outdated page is
   * recognised.
   */
  readonly version: number
  /** When the last batch was settled; null unless off. */
  readonly stoppedAt: string | null
  /** How long changes wait after the end of a drain, in milliseconds; 0 sends them at once. */
  readonly syncDelayMs: number
  readonly nightlyReconcile: boolean
  readonly hourlyCheck: boolean
  readonly holdAbovePercent: number | null
}

export type CardConnection =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'connected'
      readonly by: ConnectedBy
      readonly accountName: string
      readonly connectedAt: string
    }
  /** Klaviyo refuses the key, or the app was removed there; nothing is sent and changes are kept. */
  | { readonly kind: 'refused'; readonly by: ConnectedBy; readonly accountName: string; readonly refusedAt: string }

/** A private key, or a login at Klaviyo at which the merchant allowed the app. */
export type ConnectedBy = 'key' | 'login'

export interface CardRun {
  readonly id: string
  readonly kind: SyncRunKind
  readonly trigger: SyncRunTrigger
  readonly state: 'queued' | 'reading' | 'delivering' | 'paused'
  /** Shopify refuses bulk operations, or loses them: customers are read page by page, which takes longer. */
  readonly byPages: boolean
  readonly startedAt: string
  readonly check: RunCheckView | null
  /** Customers the run will read; null until Shopify has counted them. */
  readonly expected: number | null
  /** Customers that Shopify has written into the file so far, before the first can be read; null if it has not said. */
  readonly rowsWritten: number | null
  readonly read: number
  readonly pushed: number
  readonly unchanged: number
  readonly excluded: number
  readonly issues: number
  /** How many milliseconds it will still take at the pace so far; null until there is one. */
  readonly remainingMs: number | null
  /** Why it has made no progress for a while; null while it makes progress. */
  readonly stall: Stall | null
}

/** How much a run would change; counted before it sends anything. */
export interface RunCheckView {
  readonly state: CheckState
  readonly wouldChange: number
  /** Of these, how many would lose a value. */
  readonly wouldClear: number
  /** Profiles in sync when it was counted. */
  readonly of: number
  /** Until when a held run waits for an answer; null unless it is held. */
  readonly until: string | null
}

/** Why a run or live changes make no progress. */
export interface Stall {
  readonly why: StallCause
  readonly since: string
  /** When it is tried again; omitted if unknown. */
  readonly until?: string | undefined
}

export type StallCause =
  /** Shopify is still writing the customers into a file. */
  | 'shopify_preparing'
  | 'shopify_away'
  | 'klaviyo_throttled'
  | 'klaviyo_refused'
  /** Klaviyo has not finished importing the profiles. */
  | 'klaviyo_importing'
  | 'klaviyo_away'
  /** Klaviyo no longer accepts what this version of Lockstep sends. */
  | 'klaviyo_outdated'
  /** Klaviyo does not know the operator's app, so that tokens cannot be renewed. */
  | 'klaviyo_misconfigured'
  | 'no_worker'
  /** Shopify refuses requests until the merchant or the operator acts. */
  | ShopifyTrouble

/**
 * `baseline` reads and records, `reconcile` compares (nightly, or after a change of the settings), `catch_up` reads many changes in bulk.
 */
export type SyncRunKind = 'full' | 'baseline' | 'reconcile' | 'catch_up'

/** Why a run was started. */
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
