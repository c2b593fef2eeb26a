import { z } from 'zod'
import { cleanText } from '../clean-text.ts'
import { type RuleCode, ruleCodes } from '../issue/reason-code.ts'
import type { Address, Customer } from './customer.ts'
import type { Standing, StandingAsked } from './standing.ts'

/** Who is synced: those who match every one of these rules. A rule with nothing chosen is matched by everybody. */
export interface Rules {
  readonly tags: { readonly anyOf: readonly string[]; readonly noneOf: readonly string[] }
  readonly accountStates: readonly AccountState[]
  readonly consent: ConsentRule
  /** ISO 3166 alpha-2, of the customer's default address. */
  readonly countries: readonly string[]
  /** Those in any of these Shopify segments. */
  readonly segments: readonly Named[]
  readonly companies: CompanyRule
  /** What becomes of the profile of a customer who no longer matches. */
  readonly leaving: 'left' | 'off_list'
}

/** Something in Shopify, by its global id, as it was called when it was chosen. */
export interface Named {
  readonly id: string
  readonly name: string
}

/** For shops that sell to companies. Companies and roles narrow down the contacts: one place that fits both is enough. */
export interface CompanyRule {
  readonly who: 'everyone' | 'only_contacts' | 'no_contacts'
  readonly companies: readonly Named[]
  /** By name: each company has roles of its own. */
  readonly roles: readonly string[]
}

/** https://shopify.dev/docs/api/admin-graphql/latest/enums/CustomerState */
export const accountStates = ['ENABLED', 'DISABLED', 'INVITED', 'DECLINED'] as const
export type AccountState = (typeof accountStates)[number]

export const consentRules = ['everyone', 'subscribed', 'not_unsubscribed'] as const
export type ConsentRule = (typeof consentRules)[number]

/** What a merchant who never chose anything syncs. */
export const everybody: Rules = {
  tags: { anyOf: [], noneOf: [] },
  accountStates: [],
  consent: 'everyone',
  countries: [],
  segments: [],
  companies: { who: 'everyone', companies: [], roles: [] },
  leaving: 'left',
}

/** As much of a customer as the rules ask for. */
export interface Judged extends Pick<Customer, 'state' | 'tags' | 'emailConsent'> {
  readonly address: Pick<Address, 'countryCode'> | null
}

/** The rule that leaves a customer out; null for one who is synced. */
export function exclusionOf(customer: Judged, standing: Standing, rules: Rules): RuleCode | null {
  return ruleCodes.find((rule) => !matches[rule](rules, customer, standing)) ?? null
}

const matches: Record<RuleCode, (rules: Rules, customer: Judged, standing: Standing) => boolean> = {
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
  rule_segment: ({ segments }, _, standing) => isAnyOf(segments, ({ id }) => standing.segments.has(id)),
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

/** With nothing to choose from, everything fits. */
function isAnyOf<Item>(wanted: readonly Item[], fits: (item: Item) => boolean): boolean {
  return wanted.length === 0 || wanted.some(fits)
}

/**
 * A tag as it is compared: Shopify takes tags that differ in case for the same one, and a letter may be written with its accent or
 * beside it. https://help.shopify.com/en/manual/shopify-admin/productivity-tools/using-tags
 */
export function tagText(tag: string): string {
  return cleanText(tag).trim().normalize().toLowerCase()
}

/** What must be asked of Shopify to judge customers by these rules; null when their own records are enough. */
export function standingAsked({ segments, companies }: Rules): StandingAsked | null {
  const places = companies.who !== 'everyone'
  if (segments.length === 0 && !places) return null
  return { segments: sortedIds(segments), places }
}

/** Whether the same holds of every customer under both: who is synced, and what becomes of those who are not. */
export function matchTheSame(one: Rules, other: Rules): boolean {
  return textOf(one) === textOf(other)
}

function textOf({ tags, accountStates, consent, countries, segments, companies, leaving }: Rules): string {
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
export const MOST_TAGS = 250
export const MOST_SEGMENTS = 20
export const MOST_COMPANIES = 250
const MOST_COUNTRIES = 300

// Line breaks and half a character are no part of a name; emoji and quotes are.
const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u
const text = z.string().trim().min(1).max(LONGEST_TAG).regex(PRINTABLE)
const segment = z.strictObject({ id: z.string().regex(/^gid:\/\/shopify\/Segment\/\d+$/), name: text })
const company = z.strictObject({ id: z.string().regex(/^gid:\/\/shopify\/Company\/\d+$/), name: text })

/** What a form may say: of the right shape, with the choices still to be judged. */
export const rulesShape: z.ZodType<Rules> = z.strictObject({
  tags: z.strictObject({ anyOf: z.array(text).max(1_000), noneOf: z.array(text).max(1_000) }),
  accountStates: z.array(z.enum(accountStates)).max(100),
  consent: z.enum(consentRules),
  countries: z.array(z.string().regex(/^[A-Z]{2}$/)).max(MOST_COUNTRIES),
  segments: z.array(segment).max(1_000),
  companies: z.strictObject({
    who: z.enum(['everyone', 'only_contacts', 'no_contacts']),
    companies: z.array(company).max(1_000),
    roles: z.array(text).max(1_000),
  }),
  leaving: z.enum(['left', 'off_list']),
})

export type RuleFault =
  /** Nobody can have a tag and not have it. */
  'tag_in_both' | 'too_many_tags' | 'too_many_segments' | 'too_many_companies' | 'too_many_roles'

/** What keeps rules from being saved; empty when nothing does. */
export function ruleFaults({ tags, segments, companies }: Rules): RuleFault[] {
  const faults: RuleFault[] = []
  if (tagsInBoth(tags).length > 0) faults.push('tag_in_both')
  if (tags.anyOf.length > MOST_TAGS || tags.noneOf.length > MOST_TAGS) faults.push('too_many_tags')
  if (segments.length > MOST_SEGMENTS) faults.push('too_many_segments')
  if (companies.companies.length > MOST_COMPANIES) faults.push('too_many_companies')
  if (companies.roles.length > MOST_COMPANIES) faults.push('too_many_roles')
  return faults
}

/** Tags that are both wanted and not. */
export function tagsInBoth({ anyOf, noneOf }: Rules['tags']): string[] {
  const unwanted = new Set(noneOf.map(tagText))
  return anyOf.filter((tag) => unwanted.has(tagText(tag)))
}

/** A tag as a merchant typed it; null when it can be none. */
export function typedTag(typed: string): string | null {
  return text.safeParse(typed).data ?? null
}

/** What may be saved. What it minds is told by ruleFaults. */
export const rulesSchema: z.ZodType<Rules> = rulesShape.refine((rules) => ruleFaults(rules).length === 0, 'choices')

/** As they stand in the shop's row; null there is what a merchant syncs who never chose. */
export function storedRules(raw: unknown): Rules {
  return raw === null ? everybody : rulesShape.parse(raw) // the choices were judged when they were saved
}
