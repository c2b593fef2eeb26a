import { expect, test } from 'vitest'
import { ruleCodes } from '#app/core/issue/reason-code.ts'
import type { Customer } from '#app/core/profile/customer.ts'
import { type CompanyPlace, noMemberships } from '#app/core/profile/memberships.ts'
import {
  type Audience,
  audienceFaults,
  audiencesEquivalent,
  defaultAudience,
  exclusionOf,
  LONGEST_TAG,
  MAX_COMPANIES,
  MAX_SEGMENTS,
  MAX_TAGS,
  membershipQueryOf,
  parseTag,
  tagsInBoth,
} from '#app/core/settings/audience.ts'
import { parseChoice, storedChoice } from '#app/core/settings/settings.ts'
import { audienceShape } from '#app/core/settings/shapes/audience.ts'
import { givenCustomer } from '../profile/given-customer.ts'
import { company, contacts, givenAudience, leavingOut, segment, wanting } from './given-audience.ts'

/** Returns the rule that excludes Ada, with `fields` changed. */
function outBy(differs: Partial<Audience>, fields: Partial<Customer> = {}, memberships = noMemberships) {
  return exclusionOf(givenCustomer(fields), memberships, givenAudience(differs))
}

const inSegments = (...numbers: number[]) => ({
  segments: new Set(numbers.map((number) => segment(number).id)),
  places: [],
})
const inCompanies = (...places: CompanyPlace[]) => ({ segments: new Set<string>(), places })
const place = (number: number, ...roles: string[]) => ({ company: company(number).id, roles })

test('without a choice every customer is synced, whatever Shopify stores of it', () => {
  expect(outBy({})).toBeNull()
  const blank = { tags: [], state: 'SOMETHING_NEW', email: null, emailConsent: null, address: null } as const
  expect(outBy({}, blank)).toBeNull()
  expect(outBy({}, blank, inCompanies(place(1)))).toBeNull()
})

test.each([
  ['vip', ['vip'], null],
  ['vip', ['VIP'], null],
  ['VIP', ['vip'], null],
  [' vip ', ['vip'], null],
  ['vip', [' vip '], null],
  ['vip', ['vip2', 'a vip'], 'rule_tags'],
  ['vip', [], 'rule_tags'],
  ['new  wave', ['new wave'], 'rule_tags'],
  ['🐝 "bee"', ['🐝 "bee"'], null],
  ['🐝', ['🐞'], 'rule_tags'],
  ["l'été", ["L'ÉTÉ"], null],
  ["l'\u00e9te", ["l'e\u0301te"], null],
  ['"vip" OR 1=1', ['vip'], 'rule_tags'],
  ['__proto__', [], 'rule_tags'],
  ['constructor', ['constructor'], null],
] as const)('wanting the tag %j, a customer with %j is left out by %j', (wanted, tags, rule) => {
  expect(outBy(wanting(wanted), { tags: [...tags] })).toBe(rule)
  expect(outBy(leavingOut(wanted), { tags: [...tags] })).toBe(rule === null ? 'rule_tags' : null)
})

test('of the wanted tags one is enough, and of the unwanted, too', () => {
  expect(outBy(wanting('gold', 'vip'))).toBeNull()
  expect(outBy(wanting('gold', 'silver'))).toBe('rule_tags')
  expect(outBy(leavingOut('gold', 'VIP'))).toBe('rule_tags')
  expect(outBy(leavingOut('gold', 'silver'))).toBeNull()
})

test('an unwanted tag outweighs a wanted one, the same one too', () => {
  expect(outBy({ tags: { anyOf: ['vip'], noneOf: ['b2b'] } })).toBe('rule_tags')
  expect(outBy({ tags: { anyOf: ['vip'], noneOf: ['VIP'] } })).toBe('rule_tags')
})

test.each([
  [['ENABLED'], 'ENABLED', null],
  [['ENABLED', 'INVITED'], 'INVITED', null],
  [['ENABLED', 'INVITED'], 'DISABLED', 'rule_account_state'],
  [['DECLINED'], 'SOMETHING_NEW', 'rule_account_state'],
] as const)('syncing accounts that are %j, one that is %s is left out by %j', (accountStates, state, rule) => {
  expect(outBy({ accountStates }, { state })).toBe(rule)
})

test.each([
  ['everyone', 'UNSUBSCRIBED', null],
  ['everyone', null, null],
  ['subscribed', 'SUBSCRIBED', null],
  ['subscribed', 'PENDING', 'rule_consent'],
  ['subscribed', 'NOT_SUBSCRIBED', 'rule_consent'],
  ['subscribed', 'UNSUBSCRIBED', 'rule_consent'],
  ['subscribed', null, 'rule_consent'],
  ['not_unsubscribed', 'SUBSCRIBED', null],
  ['not_unsubscribed', 'PENDING', null],
  ['not_unsubscribed', 'NOT_SUBSCRIBED', null],
  ['not_unsubscribed', 'INVALID', null],
  ['not_unsubscribed', null, null],
  ['not_unsubscribed', 'UNSUBSCRIBED', 'rule_consent'],
] as const)('syncing %s, one who is %s is left out by %j', (consent, emailConsent, rule) => {
  expect(outBy({ consent }, { emailConsent })).toBe(rule)
})

test('a country is that of the default address; a customer without one is in no country', () => {
  const { address } = givenCustomer()
  expect(outBy({ countries: ['FR', 'DE'] })).toBeNull()
  expect(outBy({ countries: ['FR'] })).toBe('rule_country')
  expect(outBy({ countries: ['DE'] }, { address: null })).toBe('rule_country')
  expect(outBy({ countries: ['DE'] }, { address: { ...address!, countryCode: null } })).toBe('rule_country')
  expect(outBy({ countries: [] }, { address: null })).toBeNull()
})

test('one of the segments is enough; a deleted segment has no members', () => {
  const segments = [segment(1), segment(2)]
  expect(outBy({ segments }, {}, inSegments(2))).toBeNull()
  expect(outBy({ segments }, {}, inSegments(1, 2, 3))).toBeNull()
  expect(outBy({ segments }, {}, inSegments(3))).toBe('rule_segment')
  expect(outBy({ segments }, {}, noMemberships)).toBe('rule_segment')
})

test('company contacts are those with a place in any company', () => {
  expect(outBy(contacts(), {}, inCompanies(place(1)))).toBeNull()
  expect(outBy(contacts())).toBe('rule_company')
  const without = { companies: { who: 'no_contacts', companies: [], roles: [] } } as const
  expect(outBy(without)).toBeNull()
  expect(outBy(without, {}, inCompanies(place(1)))).toBe('rule_company')
})

test('a company and a role must come together in one place', () => {
  const audience = contacts({ companies: [company(1), company(2)], roles: ['Buyer', 'Admin'] })
  expect(outBy(audience, {}, inCompanies(place(1, 'Buyer')))).toBeNull()
  expect(outBy(audience, {}, inCompanies(place(3, 'Buyer'), place(2, 'Viewer', 'Admin')))).toBeNull()
  expect(outBy(audience, {}, inCompanies(place(3, 'Buyer'), place(1, 'Viewer')))).toBe('rule_company')
  expect(outBy(audience, {}, inCompanies(place(1)))).toBe('rule_company')
  expect(outBy(contacts({ roles: ['Buyer'] }), {}, inCompanies(place(3, 'Buyer')))).toBeNull()
  expect(outBy(contacts({ companies: [company(3)] }), {}, inCompanies(place(3)))).toBeNull()
})

test('companies and roles that are chosen narrow down contacts only', () => {
  const chosen = { companies: [company(1)], roles: ['Buyer'] }
  expect(outBy({ companies: { who: 'everyone', ...chosen } })).toBeNull()
  expect(outBy({ companies: { who: 'no_contacts', ...chosen } })).toBeNull()
})

test('a customer that matches none of the rules is excluded by the first, in the order of the codes', () => {
  const strict: Partial<Audience>[] = [
    wanting('gold'),
    { accountStates: ['INVITED'] },
    { consent: 'not_unsubscribed' },
    { countries: ['FR'] },
    { segments: [segment(1)] },
    contacts(),
  ]
  const fields = { emailConsent: 'UNSUBSCRIBED' }
  for (let from = 0; from < strict.length; from++) {
    expect(outBy(Object.assign({}, ...strict.slice(from)), fields)).toBe(ruleCodes[from])
  }
  expect(strict).toHaveLength(ruleCodes.length)
})

test('Shopify is asked for segments and companies only if the rules use them', () => {
  const own = { ...wanting('vip'), accountStates: ['ENABLED'], consent: 'subscribed', countries: ['DE'] } as const
  expect(membershipQueryOf(givenAudience(own))).toBeNull()
  expect(membershipQueryOf(givenAudience({ segments: [segment(2), segment(1)] }))).toEqual({
    segments: [segment(1).id, segment(2).id],
    places: false,
  })
  expect(membershipQueryOf(givenAudience(contacts()))).toEqual({ segments: [], places: true })
  const ignored = { companies: { who: 'everyone', companies: [company(1)], roles: [] } } as const
  expect(membershipQueryOf(givenAudience(ignored))).toBeNull()
})

test.each([
  ['the same tags in another order and case', wanting('a', 'B'), wanting('b', ' A'), true],
  ['a tag twice', wanting('a'), wanting('a', 'A'), true],
  ['another tag', wanting('a'), wanting('b'), false],
  ['a tag wanted, and unwanted', wanting('a'), leavingOut('a'), false],
  [
    'states in another order',
    { accountStates: ['ENABLED', 'INVITED'] },
    { accountStates: ['INVITED', 'ENABLED'] },
    true,
  ],
  ['another consent', { consent: 'subscribed' }, { consent: 'not_unsubscribed' }, false],
  ['countries in another order', { countries: ['DE', 'FR'] }, { countries: ['FR', 'DE'] }, true],
  ['a segment that is called otherwise', { segments: [segment(1)] }, { segments: [segment(1, 'New')] }, true],
  ['another segment', { segments: [segment(1)] }, { segments: [segment(2)] }, false],
  ['companies that narrow down nothing', {}, { companies: { ...contacts().companies!, who: 'everyone' } }, true],
  ['a role', contacts(), contacts({ roles: ['Buyer'] }), false],
  ['what becomes of who leaves', {}, { leaving: 'off_list' }, false],
] as const)('%s: equivalent or not', (_, one, other, same) => {
  expect(audiencesEquivalent(givenAudience(one as Partial<Audience>), givenAudience(other as Partial<Audience>))).toBe(
    same,
  )
})

test('a tag cannot be both required and excluded', () => {
  const audience = givenAudience({ tags: { anyOf: ['a', 'Vip'], noneOf: ['vip '] } })
  expect(audienceFaults(audience)).toEqual(['tag_in_both'])
  expect(tagsInBoth(audience.tags)).toEqual(['Vip'])
  expect(audienceShape.safeParse(audience).success).toBe(true)
  expect(parseChoice('audience', audience)).toBeNull()
})

test('every choice has a maximum', () => {
  const texts = (amount: number) => Array.from({ length: amount }, (_, i) => `t${i}`)
  const companies = (amount: number) => Array.from({ length: amount }, (_, i) => company(i))
  const segments = Array.from({ length: MAX_SEGMENTS + 1 }, (_, i) => segment(i))
  expect(audienceFaults(givenAudience(wanting(...texts(MAX_TAGS))))).toEqual([])
  expect(audienceFaults(givenAudience(wanting(...texts(MAX_TAGS + 1))))).toEqual(['too_many_tags'])
  expect(audienceFaults(givenAudience(leavingOut(...texts(MAX_TAGS + 1))))).toEqual(['too_many_tags'])
  expect(audienceFaults(givenAudience({ segments }))).toEqual(['too_many_segments'])
  expect(audienceFaults(givenAudience({ segments: segments.slice(1) }))).toEqual([])
  expect(audienceFaults(givenAudience(contacts({ companies: companies(MAX_COMPANIES + 1) })))).toEqual([
    'too_many_companies',
  ])
  expect(audienceFaults(givenAudience(contacts({ roles: texts(MAX_COMPANIES + 1) })))).toEqual(['too_many_roles'])
})

test.each([
  ['vip', 'vip'],
  ['  vip ', 'vip'],
  ['🐝 "bee"', '🐝 "bee"'],
  ['x'.repeat(LONGEST_TAG), 'x'.repeat(LONGEST_TAG)],
  ['', null],
  ['   ', null],
  ['a\nb', null],
  ['a\u0000b', null],
  ['\ud83d', null],
  ['x'.repeat(LONGEST_TAG + 1), null],
])('%j typed as a tag is %j', (typed, tag) => {
  expect(parseTag(typed)).toBe(tag)
})

test.each([
  ['garbage', 7],
  ['nothing', null],
  ['half of it', { tags: { anyOf: [] } }],
  ['a field too many', { ...defaultAudience, also: 1 }],
  ['an empty tag', givenAudience(wanting(' '))],
  ['a control character', givenAudience(wanting('a\u0007'))],
  ['a state that Shopify does not know', { ...defaultAudience, accountStates: ['enabled'] }],
  ['a country in small letters', givenAudience({ countries: ['de'] })],
  ['a segment of another kind', givenAudience({ segments: [{ id: company(1).id, name: 'x' }] })],
  ['a search in the place of an id', givenAudience({ segments: [{ id: 'gid://shopify/Segment/1 OR 1', name: 'x' }] })],
])('%s is no set of rules', (_, raw) => {
  expect(audienceShape.safeParse(raw).success).toBe(false)
})

test('what was saved is read back as it was, and rules that were never saved are the default ones', () => {
  const audience = givenAudience({
    ...wanting('🐝 "bee"', "l'été"),
    segments: [segment(1, 'VIP 🐝')],
    ...contacts({ companies: [company(1, 'Müller & Söhne')], roles: ['Buyer'] }),
    leaving: 'off_list',
  })
  expect(storedChoice('audience', JSON.parse(JSON.stringify(parseChoice('audience', audience))))).toEqual(audience)
  expect(storedChoice('audience', null)).toEqual(defaultAudience)
})
