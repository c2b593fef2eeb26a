import { type ReasonCode, type RuleCode, ruleCodes } from '../issue/reason-code.ts'

/** The lists that the customers page can show: one for each count on the card, and one for each of the merchant's rules. */
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
/** The card's count that a customer is part of. */
export type UnsyncedTab = Exclude<UnsyncedReason, RuleCode>

/** One page of one of these lists. */
export interface UnsyncedPage {
  readonly customers: readonly UnsyncedCustomer[]
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null
  /** Names and addresses could not be read from Shopify, and are null for that reason. */
  readonly liveReadFailed: boolean
  /** Whether every customer has been read at least once. Until then an empty list does not mean that there are none. */
  readonly filled: boolean
}

/** The customer's own profile, if Lockstep knows it, and the one that has one of the customer's identifiers, if Klaviyo says which. */
export interface IdentityConflict {
  readonly own: string | null
  readonly other: string | null
}

/** A field that was left out of a profile: Klaviyo refuses it, another profile has it, or its value is not what the mapping wants. */
export interface OmittedField {
  readonly field: string
  readonly reason: 'refused' | 'taken' | 'invalid'
  /** Klaviyo's own explanation; of an invalid value why it is (InvalidValue). */
  readonly words: string
}

export interface UnsyncedCustomer {
  readonly customerId: string
  /** Read live from Shopify and not stored, like the address. */
  readonly name: string | null
  readonly email: string | null
  /** Why it is not in sync; null for a customer in sync of which fields were left out. */
  readonly code: ReasonCode | null
  /** Klaviyo's own explanation; null if it gave none. */
  readonly words: string | null
  /** The Klaviyo profiles in an identity conflict, or with an identifier that was left out; null for any other reason. */
  readonly conflict: IdentityConflict | null
  /** Fields that were left out; empty for most customers. */
  readonly omitted: readonly OmittedField[]
  readonly since: string | null
}
