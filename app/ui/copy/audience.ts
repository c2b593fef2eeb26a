import type { AudienceView } from '#app/core/report/audience-view.ts'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import {
  type AccountState,
  type Audience,
  type AudienceFault,
  type CompanyRule,
  type ConsentRule,
  LONGEST_TAG,
  MAX_COMPANIES,
  MAX_SEGMENTS,
  MAX_TAGS,
  type Named,
} from '#app/core/settings/audience.ts'
import { amountOf, count } from './amounts.ts'

export const audienceCopy = {
  title: 'Audience',
  about: 'Choose which customers are synced, by tags, segments, account, consent, country and company.',
  open: 'Choose audience',
  fault: 'a tag is in both lists, or too many items are chosen. Correct the rules and save again.',
  restore: 'Sync all customers',
} as const

export const tagCopy = {
  title: 'Customer tags',
  anyOf: 'With any of these tags',
  anyOfHelp: 'Leave empty for customers with any tags, or none.',
  noneOf: 'With none of these tags',
  noneOfHelp: 'Customers with one of these tags are left out, whatever other tags they have.',
  add: 'Add',
  addTo: (list: string) => `Add to: ${list}`,
  placeholder: 'Type a tag and press Enter',
  noTag: `A tag has at most ${LONGEST_TAG} characters, without line breaks.`,
  inBoth: (tags: readonly string[]) =>
    `${quoted(tags, 'and')} ${tags.length === 1 ? 'is' : 'are'} also among the tags to sync. Remove ${tags.length === 1 ? 'it' : 'them'} from one of the two.`,
} as const

export const accountStateNames: Record<AccountState, string> = {
  ENABLED: 'Enabled',
  DISABLED: 'Disabled',
  INVITED: 'Invited',
  DECLINED: 'Declined',
}

export const accountStateCopy = {
  title: 'Customer account',
  help: 'If none are checked, customers with any account state are synced.',
} as const

export const consentCopy = {
  title: 'Email marketing consent',
  choices: {
    everyone: 'Everyone',
    subscribed: 'Only email subscribers',
    not_unsubscribed: 'Everyone except unsubscribed customers',
  } satisfies Record<ConsentRule, string>,
} as const

export const countryCopy = {
  title: 'Country',
  label: 'Countries',
  help: 'Of the default address. Leave empty for customers in any country, or without an address.',
} as const

export const segmentCopy = {
  title: 'Shopify segments',
  label: 'Segments',
  help: 'Customers in any of these segments. Leave empty for all customers.',
  unavailable: 'Shopify can’t list the segments right now. Reload the page to try again.',
  none: 'This shop has no customer segments. Create one in Shopify under Customers, Segments.',
  gone: 'A segment was deleted in Shopify, so it has no customers. Remove it, or choose another one.',
} as const

export const companyCopy = {
  title: 'Companies',
  choices: {
    everyone: 'Everyone',
    only_contacts: 'Only company contacts',
    no_contacts: 'No company contacts',
  } satisfies Record<CompanyRule['who'], string>,
  companies: 'Companies',
  companiesHelp: 'Leave empty for the contacts of all companies.',
  roles: 'Contact roles',
  rolesHelp: 'At any location of the company. Leave empty for contacts with any role, or none.',
  unavailable: 'Shopify can’t list the companies right now. Reload the page to try again.',
  noB2b: 'This shop does not sell to companies, so it has no company contacts.',
  gone: 'A company was deleted in Shopify, so it has no contacts. Remove it, or choose another one.',
} as const

export const pickerCopy = {
  search: 'Search',
  goneBadge: 'Deleted in Shopify',
  noMatch: 'No matches.',
  more: (more: number) => `${count(more)} more. Search to find them.`,
} as const

export const leavingCopy = {
  title: 'When a customer no longer matches',
  choices: {
    keep: 'Leave the profile in Klaviyo as it is',
    off_list: 'Remove the profile from the Lockstep list',
  } satisfies Record<Audience['leaving'], string>,
  offListHelp:
    'The list is chosen under Settings, Klaviyo destination. Profiles that Lockstep did not add to it stay on it. Without a list nothing is removed.',
  never: 'Rules never delete or unsubscribe profiles.',
} as const

export const audienceFaultWords: Record<AudienceFault, string> = {
  tag_in_both: 'A tag is in both lists. Remove it from one of the two lists.',
  too_many_tags: `Choose at most ${MAX_TAGS} tags in each list.`,
  too_many_segments: `Choose at most ${MAX_SEGMENTS} segments.`,
  too_many_companies: `Choose at most ${MAX_COMPANIES} companies.`,
  too_many_roles: `Choose at most ${MAX_COMPANIES} roles.`,
}

/** If there are more, the rest is counted. */
const NAMED = 4

/** The rules in one sentence. `countries` has the names of the chosen countries. */
export function audienceSentence(audience: Audience, countries: readonly Named[]): string {
  const clauses = clausesOf(audience, countries)
  return clauses.length === 0 ? 'All customers are synced.' : `Customers are synced if they ${listed(clauses, 'and')}.`
}

function clausesOf(
  { tags, accountStates, consent, segments, ...audience }: Audience,
  countries: readonly Named[],
): string[] {
  const clauses: string[] = []
  if (tags.anyOf.length > 0) clauses.push(`have the tag ${quoted(tags.anyOf, 'or')}`)
  if (tags.noneOf.length > 0) clauses.push(`do not have the tag ${quoted(tags.noneOf, 'or')}`)
  if (accountStates.length > 0) {
    const states = accountStates.map((state) => accountStateNames[state].toLowerCase())
    clauses.push(`have an account that is ${listed(states, 'or')}`)
  }
  if (consent === 'subscribed') clauses.push('are subscribed to email marketing')
  if (consent === 'not_unsubscribed') clauses.push('have not unsubscribed from email marketing')
  if (audience.countries.length > 0) clauses.push(`live in ${listed(namesOf(audience.countries, countries), 'or')}`)
  if (segments.length > 0) clauses.push(`are in the segment ${quoted(nameOfEach(segments), 'or')}`)
  const company = companyClause(audience.companies)
  return company === null ? clauses : [...clauses, company]
}

function companyClause({ who, companies, roles }: CompanyRule): string | null {
  if (who === 'everyone') return null
  if (who === 'no_contacts') return 'are not a contact of any company'
  const of = companies.length === 0 ? 'a company' : listed(nameOfEach(companies), 'or')
  return `are a contact of ${of}${roles.length === 0 ? '' : ` with the role ${quoted(roles, 'or')}`}`
}

function namesOf(codes: readonly string[], countries: readonly Named[]): string[] {
  return codes.map((code) => countries.find(({ id }) => id === code)?.name ?? code)
}

function nameOfEach(chosen: readonly Named[]): string[] {
  return chosen.map(({ name }) => name)
}

function quoted(texts: readonly string[], word: 'and' | 'or'): string {
  return listed(
    texts.map((text) => `“${text}”`),
    word,
  )
}

/** `a`, `a or b`, `a, b or c`; of many, `a, b, c or one of 12 more`. */
function listed(texts: readonly string[], word: 'and' | 'or'): string {
  const isLong = word === 'or' && texts.length > NAMED + 1
  const named = isLong ? [...texts.slice(0, NAMED), `one of ${count(texts.length - NAMED)} more`] : texts
  if (named.length <= 1) return named.join('')
  return `${named.slice(0, -1).join(', ')} ${word} ${named.at(-1)}`
}

/** What saving will start. */
export function audienceComparisonWords(
  { status, connected, runIsOpen }: AudienceView,
  leaving: Audience['leaving'],
): string {
  if (!connected) return 'Once Klaviyo is connected, these customers are synced.'
  const left =
    leaving === 'keep'
      ? 'and their profiles stay in Klaviyo as they are'
      : 'and their profiles are removed from the Lockstep list if Lockstep added them, but stay in Klaviyo'
  const what = `all customers are compared with the rules: those who match are brought in sync, and those who do not are left out, ${left}`
  if (status !== 'on') return `Saving sends nothing while the integration is off. After it is turned on, ${what}.`
  if (runIsOpen) return `After saving, and once the current sync has ended, ${what}.`
  return `After saving, ${what}. This starts at once.`
}

export const countCopy = {
  title: 'Customers who match',
  counting: 'Counting…',
  again: 'Count again',
  faulty: 'Correct the rules first. Customers are then counted.',
  unavailable: 'Shopify can’t count the customers right now. Trying again.',
  noMatch: 'No customers match these rules. Saving them would leave out every customer.',
  asOf: (when: string, total: number) =>
    `As of ${when}, of ${amountOf(total, 'customer')}. Later changes are not included.`,
  preparing: (rowsWritten: number, expected: number | null) =>
    expected === null || rowsWritten === 0
      ? 'Shopify is preparing the customers to be counted.'
      : `Shopify is preparing the customers to be counted: ${count(Math.min(rowsWritten, expected))} of ${count(expected)}.`,
} as const

/** `3,412 customers match, 208 of them unsubscribed from email, 61 cannot be synced (no or invalid email).` */
export function countWords({ matching, unsubscribed, cannotBeSynced }: Extract<CustomerCount, { kind: 'counted' }>) {
  const match = `${amountOf(matching, 'customer')} ${matching === 1 ? 'matches' : 'match'}`
  const who = unsubscribed === 0 ? 'none' : count(unsubscribed)
  const cannot =
    cannotBeSynced === 0 ? 'all can be synced' : `${count(cannotBeSynced)} cannot be synced (no or invalid email)`
  return matching === 0 ? `${match}.` : `${match}, ${who} of them unsubscribed from email, ${cannot}.`
}
