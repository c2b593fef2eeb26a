import type { ExclusionCode, IssueCode } from '../issue/reason-code.ts'
import type { ClearedFields, FieldName } from '../profile/field-names.ts'
import { clearedFields } from '../profile/field-names.ts'
import type { Omission } from '../profile/omission.ts'

/** What is stored of a customer's profile. */
export interface KnownProfile {
  /** `gone`: Shopify no longer has the customer, and an open run may have read it before it was deleted. `forgotten`: reset. */
  readonly state: 'synced' | 'excluded' | 'issue' | 'pending' | 'gone' | 'forgotten'
  readonly klaviyoId: string | null
  /** The address that the profile was last sent to, while its Klaviyo id is unknown; null once it is known, or if it was never sent. */
  readonly sentTo: string | null
  /** Not sent, because the integration was turned on for future changes only; `hash` is of the customer as it was then. */
  readonly futureOnly: boolean
  /** Fields that the profile was last sent without; empty if there were none. */
  readonly omitted: readonly Omission[]
  /** The Klaviyo id of the profile that has one of this customer's identifiers; null if none is known. */
  readonly conflictsWith: string | null
  /** Hash of what Klaviyo last accepted; null if it never accepted anything. */
  readonly hash: string | null
  readonly fields: readonly FieldName[]
  /** Nothing of this customer was ever delivered, as far as is stored. */
  readonly isNew: boolean
  /** Waits for a full run, because an earlier one created as many profiles as it may. */
  readonly atLimit: boolean
  /** A rule removed the profile from the chosen list, or is about to. */
  readonly offList: boolean
  readonly shopifyUpdatedAt: Date | null
  readonly readAt: Date
  /** What an import job carries of this customer now; null if none carries it. */
  readonly inFlight: { readonly hash: string | null } | null
}

/** The result of reading a customer: deleted in Shopify, not readable, excluded, an issue, or the profile it should have. */
export type Reading =
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'excluded'; readonly code: ExclusionCode; readonly updatedAt: Date }
  /** `updatedAt` is null if the record could not be read. */
  | { readonly kind: 'issue'; readonly code: IssueCode; readonly words: string | null; readonly updatedAt: Date | null }
  | {
      readonly kind: 'profile'
      readonly hash: string
      readonly fields: readonly FieldName[]
      /** Fields that Klaviyo keeps as it has them: they are neither sent nor cleared. */
      readonly kept: readonly FieldName[]
      readonly updatedAt: Date
    }

export type Decision =
  /** No longer a customer: delete the row. */
  | { readonly kind: 'gone' }
  /** Erased on request: never to be sent. */
  | { readonly kind: 'erased' }
  /** The read shows an older customer than a webhook reported, or failed: read again shortly. */
  | { readonly kind: 'stale' }
  /** A newer read has already been settled: this one is ignored. */
  | { readonly kind: 'superseded' }
  /** An import job carries the customer. Klaviyo does not process jobs in order, so this change waits until the job has ended. */
  | { readonly kind: 'wait_for_request' }
  /** An import job carries the customer exactly as this read shows it. */
  | { readonly kind: 'already_sending' }
  | { readonly kind: 'excluded'; readonly code: ExclusionCode }
  | { readonly kind: 'issue'; readonly code: IssueCode; readonly words: string | null }
  | { readonly kind: 'unchanged' }
  /** The profile in Klaviyo is not touched: only later changes are sent. */
  | { readonly kind: 'keep_baseline' }
  /** Everything but the secondary identifiers is delivered; they wait for Klaviyo's id of the profile, which an import does not return. */
  | { readonly kind: 'awaiting_id' }
  /** Would exceed the limit on new profiles: waits for the next full run. */
  | { readonly kind: 'limited' }
  | { readonly kind: 'push'; readonly fieldsToClear: ClearedFields | null }

/** Why customers are read. It decides about customers that are as they were when only future changes were chosen. */
export type SyncPurpose =
  /**
   * A change of this customer was reported: differences are pushed; a customer that was kept as a baseline is pushed even if nothing
   * differs.
   */
  | { readonly kind: 'live' }
  /** Past and future: all differences are pushed. */
  | { readonly kind: 'full' }
  /**
   * Differences are pushed, but a customer kept as a baseline that has not changed stays so. `mappedSince` is when the mapping last
   * changed, null if it never did: an older hash cannot be compared, so updated_at is compared instead.
   */
  | { readonly kind: 'compare'; readonly mappedSince: Date | null }
  /** A baseline: customers that have not changed since an instant are not pushed. */
  | { readonly kind: 'baseline'; readonly since: Date }

export interface ReadCustomer {
  readonly purpose: SyncPurpose
  readonly reading: Reading
  /** When the read began. */
  readonly readAt: Date
  /** The newest updated_at that a webhook carried; null if none carried one. */
  readonly newestSeenAt: Date | null
  /** The number of this attempt, from 1. */
  readonly attempt: number
}

/**
 * A customer that a webhook reported and a read does not find may be too new for the replica; after this many attempts it counts as
 * deleted.
 */
const GONE_AFTER_ATTEMPTS = 3

/** Returns what follows from one read of one customer. Older data never wins over what a webhook reported or a later read showed. */
export function decisionOf(read: ReadCustomer, known: KnownProfile | null, erased: boolean): Decision {
  const { reading } = read
  if (erased) return { kind: 'erased' }
  if (known?.inFlight) {
    const same = reading.kind === 'profile' && reading.hash === known.inFlight.hash
    return { kind: same ? 'already_sending' : 'wait_for_request' }
  }
  if (reading.kind === 'unreadable') return { kind: 'stale' }
  if (reading.kind === 'gone') {
    return read.newestSeenAt && read.attempt < GONE_AFTER_ATTEMPTS ? { kind: 'stale' } : { kind: 'gone' }
  }
  if (read.newestSeenAt && reading.updatedAt && reading.updatedAt < read.newestSeenAt) return { kind: 'stale' }
  if (known && isSuperseded(reading.updatedAt, read.readAt, known)) return { kind: 'superseded' }
  if (reading.kind !== 'profile') return reading
  if (known?.state === 'synced' && known.hash === reading.hash && !retriesOmission(read.purpose, known))
    return { kind: 'unchanged' }
  if (keepsBaseline(read.purpose, reading, known)) return { kind: 'keep_baseline' }
  return { kind: 'push', fieldsToClear: clearedFields(known?.fields ?? [], [...reading.fields, ...reading.kept]) }
}

/**
 * Runs check whether an identifier that another profile had is free by now. Live changes need not: the other profile's customer wakes them
 * (claim-profiles.ts).
 */
function retriesOmission({ kind }: SyncPurpose, { omitted }: KnownProfile): boolean {
  return (kind === 'full' || kind === 'compare') && omitted.some(({ reason }) => reason === 'taken')
}

function keepsBaseline(
  purpose: SyncPurpose,
  reading: { hash: string; updatedAt: Date },
  known: KnownProfile | null,
): boolean {
  if (purpose.kind === 'baseline') return reading.updatedAt < purpose.since
  if (purpose.kind !== 'compare' || !known?.futureOnly) return false
  return known.hash === reading.hash || isUntouchedSince(purpose.mappedSince, reading.updatedAt, known)
}

function isUntouchedSince(mappedSince: Date | null, updatedAt: Date, known: KnownProfile): boolean {
  if (mappedSince === null || known.readAt >= mappedSince) return false
  return known.shopifyUpdatedAt !== null && updatedAt <= known.shopifyUpdatedAt
}

/**
 * Whether what is stored is newer than a read that began at `readAt` and showed the customer as of `updatedAt` (null if it showed none). A
 * metafield may change without changing updated_at, so of two reads with the same updated_at the later one wins.
 */
export function isSuperseded(
  updatedAt: Date | null,
  readAt: Date,
  known: Pick<KnownProfile, 'state' | 'readAt' | 'shopifyUpdatedAt'>,
): boolean {
  if (known.state === 'gone' || !updatedAt) return readAt < known.readAt
  if (!known.shopifyUpdatedAt || updatedAt > known.shopifyUpdatedAt) return false
  return updatedAt < known.shopifyUpdatedAt || readAt < known.readAt
}
