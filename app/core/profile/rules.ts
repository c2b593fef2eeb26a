import { z } from 'zod'
import type { RuleCode } from '../issue/reason-code.ts'
import type { Customer } from './customer.ts'
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

/** The rule that leaves a customer out; null for one who is synced. */
export function exclusionOf(customer: Customer, standing: Standing, rules: Rules): RuleCode | null {
  return (Object.keys(matches) as RuleCode[]).find((rule) => !matches[rule](rules, customer, standing)) ?? null
}

const matches: Record<RuleCode, (rules: Rules, customer: Customer, standing: Standing) => boolean> = {
  rule_tags: ({ tags }, customer) => {
    const has = new Set(customer.tags.map(tagText))
    return isAnyOf(tags.anyOf, (tag) => has.has(tagText(tag))) && !tags.noneOf.some((tag) => has.has(tagText(tag)))
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

/** Shopify takes tags that differ in case for the same one. https://help.shopify.com/en/manual/shopify-admin/productivity-tools/using-tags */
function tagText(tag: string): string {
  return tag.trim().toLowerCase()
}

/** What must be asked of Shopify to judge customers by these rules; null when their own records are enough. */
export function standingAsked({ segments, companies }: Rules): StandingAsked | null {
  const places = companies.who !== 'everyone'
  if (segments.length === 0 && !places) return null
  return { segments: segments.map(({ id }) => id).sort(), places }
}

export const MOST_TAGS = 250
export const MOST_SEGMENTS = 20
export const MOST_COMPANIES = 250

const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u
const text = z.string().trim().min(1).max(255).regex(PRINTABLE)
const segment = z.strictObject({ id: z.string().regex(/^gid:\/\/shopify\/Segment\/\d+$/), name: text })
const company = z.strictObject({ id: z.string().regex(/^gid:\/\/shopify\/Company\/\d+$/), name: text })

/** What may be saved, and what a form may say. */
export const rulesSchema: z.ZodType<Rules> = z.strictObject({
  tags: z.strictObject({ anyOf: z.array(text).max(MOST_TAGS), noneOf: z.array(text).max(MOST_TAGS) }),
  accountStates: z.array(z.enum(accountStates)),
  consent: z.enum(consentRules),
  countries: z.array(z.string().regex(/^[A-Z]{2}$/)).max(300),
  segments: z.array(segment).max(MOST_SEGMENTS),
  companies: z.strictObject({
    who: z.enum(['everyone', 'only_contacts', 'no_contacts']),
    companies: z.array(company).max(MOST_COMPANIES),
    roles: z.array(text).max(MOST_COMPANIES),
  }),
  leaving: z.enum(['left', 'off_list']),
})

/** As they stand in the shop's row; null there is what a merchant syncs who never chose. */
export function storedRules(raw: unknown): Rules {
  return raw === null ? everybody : rulesSchema.parse(raw)
}
