import { type ReasonCode, type RuleCode, ruleCodes } from '../issue/reason-code.ts'

/** What the page of those who are not in step can show, one after the other: a count of the card's, or one rule of the merchant's. */
export const unsyncedReasons = [
  'in_sync',
  'waiting',
  'no_email',
  'invalid_email',
  'other',
  'future_only',
  'already_in_klaviyo',
  'limit',
  'omitted',
  'run',
  'rules',
  ...ruleCodes,
] as const
export type UnsyncedReason = (typeof unsyncedReasons)[number]
/** Under which of the card's counts a customer stands. */
export type UnsyncedTab = Exclude<UnsyncedReason, RuleCode>

/** One page of the customers who are not in step. */
export interface UnsyncedPage {
  readonly customers: readonly UnsyncedCustomer[]
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null
  /** Shopify could not be asked for names and addresses, so that they are null here whatever they are there. */
  readonly liveReadFailed: boolean
  /** Whether all customers were read at least once: before, nobody can be said to stand nowhere. */
  readonly filled: boolean
}

/** The customer's own profile, where Lockstep knows it, and the one that has an identifier of theirs, where Klaviyo says. */
export interface IdentityConflict {
  readonly own: string | null
  readonly other: string | null
}

/** A field that a profile went without: Klaviyo does not take it, or it is another profile's. */
export interface OmittedField {
  readonly field: string
  readonly reason: 'refused' | 'taken'
  /** Klaviyo's own. */
  readonly words: string
}

export interface UnsyncedCustomer {
  readonly customerId: string
  /** Read live from Shopify and kept nowhere, as is the address. */
  readonly name: string | null
  readonly email: string | null
  /** Null for one that is in sync, but for what was left out. */
  readonly code: ReasonCode | null
  /** Klaviyo's own words, when it said any. */
  readonly words: string | null
  /** The Klaviyo profiles that an identity conflict, or an identifier that was left out, is about; null for any other reason. */
  readonly conflict: IdentityConflict | null
  /** What the profile went without; empty for most. */
  readonly omitted: readonly OmittedField[]
  readonly since: string | null
}
