import type { IssueCode } from '../issue/reason-code.ts'
import type { ClearedFields, FieldName } from '../profile/field-names.ts'
import { clearedFields } from '../profile/field-names.ts'

/** What a row remembers of a customer. */
export interface KnownProfile {
  /** `gone`: Shopify no longer had them, and a run under way may have been shown them before. */
  readonly state: 'synced' | 'excluded' | 'issue' | 'pending' | 'gone'
  readonly klaviyoId: string | null
  /** Of what Klaviyo last accepted; null when it never did. */
  readonly hash: string | null
  readonly fields: readonly FieldName[]
  readonly shopifyUpdatedAt: Date | null
  readonly readAt: Date
  /** What an import job carries of this customer just now; null when none does. */
  readonly inFlight: { readonly hash: string | null } | null
}

/** What a customer reads as just now: gone from Shopify, not to be read, without an address to send to, or a profile to have. */
export type Reading =
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'excluded'; readonly code: 'no_email'; readonly updatedAt: Date }
  | { readonly kind: 'issue'; readonly code: IssueCode; readonly updatedAt: Date }
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
  | { readonly kind: 'excluded'; readonly code: 'no_email' }
  | { readonly kind: 'issue'; readonly code: IssueCode }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'push'; readonly clears: ClearedFields | null }

export interface ReadCustomer {
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
  if (read.newestSeenAt && reading.updatedAt < read.newestSeenAt) return { kind: 'stale' }
  if (known && isSuperseded(reading.updatedAt, read.readAt, known)) return { kind: 'superseded' }
  if (reading.kind !== 'profile') return reading
  if (known?.state === 'synced' && known.hash === reading.hash) return { kind: 'unchanged' }
  return { kind: 'push', clears: clearedFields(known?.fields ?? [], reading.fields) }
}

// A metafield changes without moving updated_at, so between two reads of the same updated_at the later read wins.
function isSuperseded(updatedAt: Date, readAt: Date, known: KnownProfile): boolean {
  if (known.state === 'gone') return readAt < known.readAt
  if (!known.shopifyUpdatedAt || updatedAt > known.shopifyUpdatedAt) return false
  return updatedAt < known.shopifyUpdatedAt || readAt < known.readAt
}
