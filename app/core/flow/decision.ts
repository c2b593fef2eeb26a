import type { ExclusionCode, IssueCode } from '../issue/reason-code.ts'
import type { ClearedFields, FieldName } from '../profile/field-names.ts'
import { clearedFields } from '../profile/field-names.ts'
import type { Omission } from '../profile/omission.ts'

/** What a row remembers of a customer. */
export interface KnownProfile {
  /** `gone`: Shopify no longer had them, and a run under way may have been shown them before. `forgotten`: by a reset. */
  readonly state: 'synced' | 'excluded' | 'issue' | 'pending' | 'gone' | 'forgotten'
  readonly klaviyoId: string | null
  /** The address that the profile was last sent to, while its id is not known; null once it is, or when it was never sent. */
  readonly sentTo: string | null
  /** Left out as they were when the integration was turned on for future changes only; `hash` is of what they were then. */
  readonly futureOnly: boolean
  /** Fields that the profile went without when it was last sent; empty when there were none. */
  readonly omitted: readonly Omission[]
  /** The profile that has an identifier of this customer's; null when none is known to. */
  readonly conflictsWith: string | null
  /** Of what Klaviyo last accepted; null when it never did. */
  readonly hash: string | null
  readonly fields: readonly FieldName[]
  /** Nothing of theirs was ever delivered, or is remembered as such. */
  readonly isNew: boolean
  /** Waits for a full run, as an earlier one made as many profiles as it may. */
  readonly atLimit: boolean
  /** A rule took the profile off the chosen list, or is about to. */
  readonly offList: boolean
  readonly shopifyUpdatedAt: Date | null
  readonly readAt: Date
  /** What an import job carries of this customer just now; null when none does. */
  readonly inFlight: { readonly hash: string | null } | null
}

/** What a customer reads as just now: gone from Shopify, not to be read, left out, not to be sent, or a profile to have. */
export type Reading =
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'excluded'; readonly code: ExclusionCode; readonly updatedAt: Date }
  /** `updatedAt` is null for one whose record could not be read. */
  | { readonly kind: 'issue'; readonly code: IssueCode; readonly words: string | null; readonly updatedAt: Date | null }
  | { readonly kind: 'profile'; readonly hash: string; readonly fields: readonly FieldName[]; readonly updatedAt: Date }

export type Decision =
  /** No longer a customer: forget the row. */
  | { readonly kind: 'gone' }
  /** Erased on request: never to be sent. */
  | { readonly kind: 'erased' }
  /** The read shows an older customer than a webhook spoke of, or failed: read again shortly. */
  | { readonly kind: 'stale' }
  /** A newer read has been settled already: this one has nothing to say. */
  | { readonly kind: 'superseded' }
  /** An import job carries the customer: Klaviyo does not order jobs, so this change waits for it. */
  | { readonly kind: 'in_flight' }
  /** An import job carries the customer just as this read shows them. */
  | { readonly kind: 'under_way' }
  | { readonly kind: 'excluded'; readonly code: ExclusionCode }
  | { readonly kind: 'issue'; readonly code: IssueCode; readonly words: string | null }
  | { readonly kind: 'unchanged' }
  /** Left in Klaviyo as they are: only a change from here on is sent. */
  | { readonly kind: 'left' }
  /** All but the second identifiers is delivered; they wait for Klaviyo's id of the profile, which an import does not answer with. */
  | { readonly kind: 'awaiting_id' }
  /** Would be one new profile too many: waits for the next full run. */
  | { readonly kind: 'limited' }
  | { readonly kind: 'push'; readonly clears: ClearedFields | null }

/** What customers are read for, which decides about those that stand as they were when only future changes were asked for. */
export type ReadFor =
  /** Something was said of this customer: what differs is pushed, and one who was left out is, whatever they look like. */
  | { readonly kind: 'change' }
  /** Past and future: all that differs is pushed. */
  | { readonly kind: 'full' }
  /**
   * What differs is pushed; one who was left out, and is as they were, stays so. `mappedSince` is when what is sent last changed,
   * null when it never did: a hash that is older says nothing of the customer, and the time of the last change has to do.
   */
  | { readonly kind: 'comparison'; readonly mappedSince: Date | null }
  /** A baseline: nobody is pushed who has not changed since an instant. */
  | { readonly kind: 'record'; readonly since: Date }

export interface ReadCustomer {
  readonly readFor: ReadFor
  readonly reading: Reading
  /** When the read began. */
  readonly readAt: Date
  /** The newest updated_at that a webhook named; null when none did. */
  readonly newestSeenAt: Date | null
  /** Which try this is, from 1. */
  readonly attempt: number
}

/** A customer that a webhook spoke of and the read does not show may be too new for the replica; after this many tries it is gone. */
const GONE_AFTER_ATTEMPTS = 3

/** What follows from one read of one customer. Older data never wins: not over a webhook's word, not over a later read. */
export function decisionOf(read: ReadCustomer, known: KnownProfile | null, erased: boolean): Decision {
  const { reading } = read
  if (erased) return { kind: 'erased' }
  if (known?.inFlight) {
    const same = reading.kind === 'profile' && reading.hash === known.inFlight.hash
    return { kind: same ? 'under_way' : 'in_flight' }
  }
  if (reading.kind === 'unreadable') return { kind: 'stale' }
  if (reading.kind === 'gone') {
    return read.newestSeenAt && read.attempt < GONE_AFTER_ATTEMPTS ? { kind: 'stale' } : { kind: 'gone' }
  }
  if (read.newestSeenAt && reading.updatedAt && reading.updatedAt < read.newestSeenAt) return { kind: 'stale' }
  if (known && isSuperseded(reading.updatedAt, read.readAt, known)) return { kind: 'superseded' }
  if (reading.kind !== 'profile') return reading
  if (known?.state === 'synced' && known.hash === reading.hash && !triesAgain(read.readFor, known))
    return { kind: 'unchanged' }
  if (isLeft(read.readFor, reading, known)) return { kind: 'left' }
  return { kind: 'push', clears: clearedFields(known?.fields ?? [], reading.fields) }
}

/** Runs look whether an identifier that another profile had is free by now; live changes hear of it (claim-profiles.ts). */
function triesAgain({ kind }: ReadFor, { omitted }: KnownProfile): boolean {
  return (kind === 'full' || kind === 'comparison') && omitted.some(({ reason }) => reason === 'taken')
}

function isLeft(readFor: ReadFor, reading: { hash: string; updatedAt: Date }, known: KnownProfile | null): boolean {
  if (readFor.kind === 'record') return reading.updatedAt < readFor.since
  if (readFor.kind !== 'comparison' || !known?.futureOnly) return false
  return known.hash === reading.hash || isUntouchedSince(readFor.mappedSince, reading.updatedAt, known)
}

function isUntouchedSince(mappedSince: Date | null, updatedAt: Date, known: KnownProfile): boolean {
  if (mappedSince === null || known.readAt >= mappedSince) return false
  return known.shopifyUpdatedAt !== null && updatedAt <= known.shopifyUpdatedAt
}

// A metafield changes without moving updated_at, so between two reads of the same updated_at the later read wins.
function isSuperseded(updatedAt: Date | null, readAt: Date, known: KnownProfile): boolean {
  if (known.state === 'gone' || !updatedAt) return readAt < known.readAt
  if (!known.shopifyUpdatedAt || updatedAt > known.shopifyUpdatedAt) return false
  return updatedAt < known.shopifyUpdatedAt || readAt < known.readAt
}
