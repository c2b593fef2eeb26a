import { cleanText } from '../clean-text.ts'
import { type RuleCode, ruleCodes } from '../issue/reason-code.ts'
import type { Address, Customer } from '../profile/customer.ts'
import type { MembershipQuery, Memberships } from '../profile/memberships.ts'
import type { Setting } from './setting.ts'

/** Which customers are synced: those that match every one of these rules. A rule with nothing chosen matches every customer. */
export interface Audience {
  readonly tags: { readonly anyOf: readonly string[]; readonly noneOf: readonly string[] }
  readonly accountStates: readonly AccountState[]
  readonly consent: ConsentRule
  /** ISO 3166 alpha-2, of the customer's default address. */
  readonly countries: readonly string[]
  /** Customers in any of these Shopify segments. */
  readonly segments: readonly Named[]
  readonly companies: CompanyRule
  /** What happens to the profile of a customer that no longer matches. */
  readonly leaving: 'keep' | 'off_list'
}

/** Something in Shopify, by its global id, with its name when it was chosen. */
export interface Named {
  readonly id: string
  readonly name: string
}

/** For shops that sell to companies. A contact matches if one of its companies and its roles there match. */
export interface CompanyRule {
  readonly who: 'everyone' | 'only_contacts' | 'no_contacts'
  readonly companies: readonly Named[]
  /** By name: each company has its own roles. */
  readonly roles: readonly string[]
}

/** https://shopify.dev/docs/api/admin-graphql/latest/enums/CustomerState */
export const accountStates = ['ENABLED', 'DISABLED', 'INVITED', 'DECLINED'] as const
export type AccountState = (typeof accountStates)[number]

export const consentRules = ['everyone', 'subscribed', 'not_unsubscribed'] as const
export type ConsentRule = (typeof consentRules)[number]

/** The rules for a merchant who never chose. */
export const defaultAudience: Audience = {
  tags: { anyOf: [], noneOf: [] },
  accountStates: [],
  consent: 'everyone',
  countries: [],
  segments: [],
  companies: { who: 'everyone', companies: [], roles: [] },
  leaving: 'keep',
}

/** The fields of a customer that the rules need. */
export interface RuleInput extends Pick<Customer, 'state' | 'tags' | 'emailConsent'> {
  readonly address: Pick<Address, 'countryCode'> | null
}

/** Returns the rule that excludes a customer; null for a customer that is synced. */
export function exclusionOf(customer: RuleInput, memberships: Memberships, audience: Audience): RuleCode | null {
  return ruleCodes.find((rule) => !matches[rule](audience, customer, memberships)) ?? null
}

const matches: Record<RuleCode, (audience: Audience, customer: RuleInput, memberships: Memberships) => boolean> = {
  rule_tags: ({ tags: { anyOf, noneOf } }, { tags }) => {
    if (anyOf.length === 0 && noneOf.length === 0) return true
    const has = new Set(tags.map(tagText))
    return isAnyOf(anyOf, (tag) => has.has(tagText(tag))) && !noneOf.some((tag) => has.has(tagText(tag)))
  },
  rule_account_state: ({ accountStates }, { state }) => isAnyOf(accountStates, (wanted) => wanted === state),
  rule_consent: ({ consent }, { emailConsent }) =>
    consent === 'everyone' ||
    (consent === 'subscribed' ? emailConsent === 'SUBSCRIBED' : emailConsent !== 'UNSUBSCRIBED'),
  rule_country: ({ countries }, { address }) => isAnyOf(countries, (country) => country === address?.countryCode),
  rule_segment: ({ segments }, _, memberships) => isAnyOf(segments, ({ id }) => memberships.segments.has(id)),
  rule_company: ({ companies }, _, { places }) => {
    if (companies.who === 'everyone') return true
    if (companies.who === 'no_contacts') return places.length === 0
    return places.some(
      ({ company, roles }) =>
        isAnyOf(companies.companies, ({ id }) => id === company) &&
        isAnyOf(companies.roles, (role) => roles.includes(role)),
    )
  },
}

/** Returns the rules that may leave a customer out. */
export function rulesInForce({
  tags,
  accountStates,
  consent,
  countries,
  segments,
  companies,
}: Audience): readonly RuleCode[] {
  const inForce: Record<RuleCode, boolean> = {
    rule_tags: tags.anyOf.length > 0 || tags.noneOf.length > 0,
    rule_account_state: accountStates.length > 0,
    rule_consent: consent !== 'everyone',
    rule_country: countries.length > 0,
    rule_segment: segments.length > 0,
    rule_company: companies.who !== 'everyone',
  }
  return ruleCodes.filter((code) => inForce[code])
}

/** Returns true if nothing is wanted. */
function isAnyOf<Item>(wanted: readonly Item[], fits: (item: Item) => boolean): boolean {
  return wanted.length === 0 || wanted.some(fits)
}

/**
 * Returns a tag in the form in which it is compared: Shopify ignores case in tags, and an accented letter may be one character or two.
 * https://help.shopify.com/en/manual/shopify-admin/productivity-tools/using-tags
 */
export function tagText(tag: string): string {
  return cleanText(tag).trim().normalize().toLowerCase()
}

/** Returns what must be asked of Shopify to apply these rules; null if customers' own records are enough. */
export function membershipQueryOf({ segments, companies }: Audience): MembershipQuery | null {
  const places = companies.who !== 'everyone'
  if (segments.length === 0 && !places) return null
  return { segments: sortedIds(segments), places }
}

/** Whether both have the same result for every customer: whether it is synced, and what happens to its profile if not. */
export function audiencesEquivalent(one: Audience, other: Audience): boolean {
  return textOf(one) === textOf(other)
}

function textOf({ tags, accountStates, consent, countries, segments, companies, leaving }: Audience): string {
  const narrowed = companies.who === 'only_contacts'
  return JSON.stringify([
    sorted(tags.anyOf.map(tagText)),
    sorted(tags.noneOf.map(tagText)),
    sorted(accountStates),
    consent,
    sorted(countries),
    sortedIds(segments),
    companies.who,
    narrowed ? sortedIds(companies.companies) : [],
    narrowed ? sorted(companies.roles) : [],
    leaving,
  ])
}

function sortedIds(chosen: readonly Named[]): string[] {
  return sorted(chosen.map(({ id }) => id))
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}

export const LONGEST_TAG = 255
export const MAX_TAGS = 250
export const MAX_SEGMENTS = 20
export const MAX_COMPANIES = 250

/** Whether Shopify can have something of this name. Control characters and unpaired surrogates are not allowed in a name; emoji and quotes are. */
export function isName(text: string): boolean {
  return text.length <= LONGEST_TAG && /^[^\p{Cc}\p{Cs}]+$/u.test(text)
}

export type AudienceFault =
  /** No customer can both have a tag and not have it. */
  'tag_in_both' | 'too_many_tags' | 'too_many_segments' | 'too_many_companies' | 'too_many_roles'

/** Returns why rules cannot be saved; empty if they can. */
export function audienceFaults({ tags, segments, companies }: Audience): AudienceFault[] {
  const faults: AudienceFault[] = []
  if (tagsInBoth(tags).length > 0) faults.push('tag_in_both')
  if (tags.anyOf.length > MAX_TAGS || tags.noneOf.length > MAX_TAGS) faults.push('too_many_tags')
  if (segments.length > MAX_SEGMENTS) faults.push('too_many_segments')
  if (companies.companies.length > MAX_COMPANIES) faults.push('too_many_companies')
  if (companies.roles.length > MAX_COMPANIES) faults.push('too_many_roles')
  return faults
}

/** Returns tags that are both required and excluded. */
export function tagsInBoth({ anyOf, noneOf }: Audience['tags']): string[] {
  const unwanted = new Set(noneOf.map(tagText))
  return anyOf.filter((tag) => unwanted.has(tagText(tag)))
}

/** Returns a tag as typed by a merchant, cleaned up; null if it is not a possible tag. */
export function parseTag(typed: string): string | null {
  const tag = typed.trim()
  return isName(tag) ? tag : null
}

/** Which customers are synced. audienceFaults returns why an audience may not be saved. */
export const audienceSetting: Setting<Audience> = {
  initial: defaultAudience,
  isValid: (audience) => audienceFaults(audience).length === 0,
  needsComparison: (before, next) => !audiencesEquivalent(before, next),
}
