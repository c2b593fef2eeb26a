import { isRuleCode, type ReasonCode, type RuleCode, reasonCodes, ruleCodes } from '../issue/reason-code.ts'

/** Exclusions by another choice of the merchant than a rule, and the limit. */
const choiceCodes = ['future_only', 'already_in_klaviyo', 'limit'] as const satisfies readonly ReasonCode[]

const OWN_LIST: readonly ReasonCode[] = [...ruleCodes, ...choiceCodes, 'no_email', 'invalid_email']
/** The issues that are listed under "other". */
export type OtherIssueCode = Exclude<ReasonCode, RuleCode | (typeof choiceCodes)[number] | 'no_email' | 'invalid_email'>
export const otherIssueCodes = reasonCodes.filter((code): code is OtherIssueCode => !OWN_LIST.includes(code))

/** The lists in tabs of their own. */
export const listTabs = [
  'in_sync',
  'waiting',
  'left_out',
  'no_email',
  'invalid_email',
  'other',
  'omitted',
  'resolved',
  'run',
] as const
export type ListTab = (typeof listTabs)[number]

/**
 * The lists that the customers page can show: one for each tab, and one for each reason among those that are left out and the other issues.
 * Cards and runs lead to them by these names.
 */
export const unsyncedReasons = [...listTabs, 'rules', ...ruleCodes, ...choiceCodes, ...otherIssueCodes] as const
export type UnsyncedReason = (typeof unsyncedReasons)[number]

/** Returns the tab that a list is part of. */
export function tabOf(reason: UnsyncedReason): ListTab {
  if (reason === 'rules' || isRuleCode(reason) || isOneOf(choiceCodes, reason)) return 'left_out'
  return isOneOf(otherIssueCodes, reason) ? 'other' : reason
}

function isOneOf<Code extends string>(codes: readonly Code[], reason: string): reason is Code {
  return (codes as readonly string[]).includes(reason)
}

/** Returns the reasons that select a list; null for a list that is not selected by them. */
export function codesOf(reason: UnsyncedReason): readonly ReasonCode[] | null {
  switch (reason) {
    case 'in_sync':
    case 'waiting':
    case 'omitted':
    case 'resolved':
      return null
    case 'left_out':
      return [...ruleCodes, ...choiceCodes]
    case 'rules':
      return ruleCodes
    case 'other':
      return otherIssueCodes
    case 'run':
      return ['invalid_email', ...otherIssueCodes]
    default:
      return [reason]
  }
}

/**
 * Returns the reasons of a list of which all customers may be read and sent again at once; null for the others. A customer at the limit waits
 * for the next full sync by the merchant's own choice, as one of the future does; and a run's list is a part of others.
 */
export function retryCodesOf(reason: UnsyncedReason): readonly ReasonCode[] | null {
  if (reason === 'left_out' || reason === 'run' || reason === 'limit' || reason === 'future_only') return null
  return codesOf(reason)
}

/** One page of one of these lists, without names: these are read from Shopify afterwards. */
export interface UnsyncedPage {
  readonly customers: readonly UnsyncedCustomer[]
  /** The cursors of the pages before and after; null where there is none. */
  readonly previous: string | null
  readonly next: string | null
  /** Whether every customer has been read at least once. Until then an empty list does not mean that there are none. */
  readonly filled: boolean
  /** How many of the customers that a merchant asked to retry are marked, of how many; null while none are being retried. */
  readonly retrying: { readonly marked: number; readonly customers: number } | null
  /** How many new profiles a retry of the list may create; null for no limit. */
  readonly mostNew: number | null
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
  /**
   * Where it stands: `unread` by Lockstep yet; `gone` from Shopify; `forgotten` after a reset, until it is read again. A customer with a
   * reason stays there until a change that waits is read.
   */
  readonly state: CustomerState
  /** Why it is not in sync; of a resolved issue, which it was; null otherwise. */
  readonly code: ReasonCode | null
  /** Klaviyo's own explanation; null if it gave none. */
  readonly words: string | null
  /** The Klaviyo profiles in an identity conflict, or with an identifier that was left out; null for any other reason. */
  readonly conflict: IdentityConflict | null
  /** Fields that were left out; empty for most customers. */
  readonly omitted: readonly OmittedField[]
  /** Since when it has the reason (if that is not known, when it was last read) or, in the list of those, waits; null otherwise. */
  readonly since: string | null
  readonly lastSentAt: string | null
  /** Whether a change of the customer, or a retry, waits to be read or sent. */
  readonly waits: boolean
}

export type CustomerState = 'in_sync' | 'waiting' | 'left_out' | 'issue' | 'unread' | 'gone'

/** A customer's name and address as Shopify has them now: they are shown, and never stored. */
export interface LiveName {
  readonly name: string | null
  readonly email: string | null
}

/** Names by customer number; a customer that Shopify no longer has is missing. */
export type LiveNames =
  | { readonly kind: 'names'; readonly names: Readonly<Record<string, LiveName>> }
  /** Shopify does not answer now. `retryMs` says when to ask again. */
  | { readonly kind: 'unavailable'; readonly retryMs: number }

/** How many customers a list has. With `more`, there are more than were counted. */
export interface ListCount {
  readonly customers: number
  readonly more: boolean
}

/** What the tabs of the customers page show. */
export interface ListCounts {
  readonly tabs: Readonly<Record<Exclude<ListTab, 'run'>, ListCount>>
  /** Rules of the merchant in force, and other reasons to leave out that customers have now. */
  readonly leftOut: readonly { readonly reason: UnsyncedReason; readonly customers: number }[]
  /** The other issues that customers have now. */
  readonly other: readonly { readonly reason: OtherIssueCode; readonly customers: number }[]
}
