import { expect, test } from 'vitest'
import type { AudienceView } from '#app/core/report/audience-view.ts'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { type Audience, type AudienceFault, defaultAudience } from '#app/core/settings/audience.ts'
import { initialChoices } from '#app/core/settings/settings.ts'
import { foundBy, toggled, toggledNamed, typedTags, withTags } from '#app/ui/audience/audience-draft.ts'
import { AudiencePage } from '#app/ui/audience/audience-page.tsx'
import { countryNames } from '#app/ui/audience/country-names.ts'
import { LiveCount } from '#app/ui/audience/live-count.tsx'
import { audienceFaultWords, audienceSentence, countWords } from '#app/ui/copy/audience.ts'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import { SettingSection } from '#app/ui/settings/setting-section.tsx'
import { company, contacts, givenAudience, leavingOut, segment, wanting } from '../core/settings/given-audience.ts'
import { drawnHtml, drawnText, t, textIn } from './drawn.tsx'
import { NOON } from './given-card.ts'
import { givenSettings } from './given-settings.ts'

const countries = countryNames('en')

function givenView(differs: Partial<AudienceView> = {}): AudienceView {
  return {
    version: 7,
    choice: defaultAudience,
    timeZone: 'Europe/Berlin',
    status: 'on',
    connected: true,
    runIsOpen: false,
    options: { segments: [segment(1, 'VIP')], gone: [], companies: null, roles: null, b2b: false },
    ...differs,
  }
}

const b2b = {
  segments: [],
  gone: [],
  companies: [company(1, 'Acme'), company(2, 'Müller & Söhne')],
  roles: ['Buyer', 'Location admin'],
  b2b: true,
}

test.each([
  ['All customers are synced.', {}],
  ['Customers are synced if they have the tag “vip”.', wanting('vip')],
  ['Customers are synced if they have the tag “vip” or “gold”.', wanting('vip', 'gold')],
  ['Customers are synced if they have the tag “a”, “b” or “c”.', wanting('a', 'b', 'c')],
  ['Customers are synced if they have the tag “a”, “b”, “c”, “d” or “e”.', wanting('a', 'b', 'c', 'd', 'e')],
  [
    'Customers are synced if they have the tag “a”, “b”, “c”, “d” or one of 3 more.',
    wanting('a', 'b', 'c', 'd', 'e', 'f', 'g'),
  ],
  ['Customers are synced if they have the tag “🐝 "bee"”.', wanting('🐝 "bee"')],
  ['Customers are synced if they do not have the tag “staff” or “test”.', leavingOut('staff', 'test')],
  [
    'Customers are synced if they have an account that is enabled or invited.',
    { accountStates: ['ENABLED', 'INVITED'] },
  ],
  ['Customers are synced if they are subscribed to email marketing.', { consent: 'subscribed' }],
  ['Customers are synced if they have not unsubscribed from email marketing.', { consent: 'not_unsubscribed' }],
  ['Customers are synced if they live in Germany or France.', { countries: ['DE', 'FR'] }],
  ['Customers are synced if they live in QQ.', { countries: ['QQ'] }],
  ['Customers are synced if they are in the segment “Segment 1”.', { segments: [segment(1)] }],
  [
    'Customers are synced if they are not a contact of any company.',
    contacts({ who: 'no_contacts', roles: ['Buyer'] }),
  ],
  ['Customers are synced if they are a contact of a company.', contacts()],
  ['Customers are synced if they are a contact of a company with the role “Buyer”.', contacts({ roles: ['Buyer'] })],
  [
    'Customers are synced if they are a contact of Acme or Müller & Söhne with the role “Buyer” or “Viewer”.',
    contacts({ companies: b2b.companies, roles: ['Buyer', 'Viewer'] }),
  ],
  [
    'Customers are synced if they have the tag “vip”, do not have the tag “test”, are subscribed to email marketing and live in Germany.',
    { tags: { anyOf: ['vip'], noneOf: ['test'] }, consent: 'subscribed', countries: ['DE'], leaving: 'off_list' },
  ],
] as const)('%s', (sentence, differs) => {
  expect(audienceSentence({ t, language: 'en' }, givenAudience(differs as Partial<Audience>))).toBe(sentence)
})

test('the settings read the rules back, and lead to where they are chosen', () => {
  const html = drawnHtml(
    <SettingSection
      name="audience"
      view={givenSettings({
        choices: { ...initialChoices, audience: givenAudience({ countries: ['DE'] }) },
      })}
    />,
  )
  expect(textIn(html)).toContain('Customers are synced if they live in Germany.')
  expect(html).toContain('href="/app/settings/audience"')
})

test('the choices are on the page, and in one sentence above it', () => {
  const audience = givenAudience({
    tags: { anyOf: ['vip'], noneOf: ['test'] },
    accountStates: ['ENABLED'],
    consent: 'subscribed',
    countries: ['DE'],
    segments: [segment(1, 'VIP')],
  })
  const html = pageHtml(givenView({ choice: audience }))
  expect(textIn(html)).toContain(
    'Customers are synced if they have the tag “vip”, do not have the tag “test”, have an account that is enabled, are subscribed to email marketing, live in Germany and are in the segment “VIP”.',
  )
  for (const removed of ['vip', 'test', 'Germany', 'VIP']) expect(html).toContain(`aria-label="Remove ${removed}"`)
  expect(html.match(/checked=""/g)).toHaveLength(3)
  expect(html).not.toContain('ui-save-bar')
})

test('a shop that does not sell to companies sees no company fields', () => {
  expect(textIn(pageHtml(givenView()))).not.toContain('Companies')
  const text = textIn(pageHtml(givenView({ options: b2b })))
  expect(text).toContain('Companies Everyone Only company contacts No company contacts')
  expect(text).not.toContain('Contact roles')
  const narrowed = contacts({ companies: [company(1, 'Acme')], roles: ['Buyer'] })
  const html = pageHtml(givenView({ options: b2b, choice: givenAudience(narrowed) }))
  expect(textIn(html)).toContain('Contact roles')
  for (const removed of ['Acme', 'Buyer']) expect(html).toContain(`aria-label="Remove ${removed}"`)
})

test('rules about companies can be taken back in a shop that no longer sells to any', () => {
  const text = textIn(pageHtml(givenView({ choice: givenAudience(contacts()) })))
  expect(text).toContain('Only company contacts')
  expect(text).toContain('This shop does not sell to companies, so it has no company contacts.')
})

test('a segment or a company that was deleted is marked', () => {
  const audience = givenAudience({
    segments: [segment(9, 'Old friends')],
    ...contacts({ companies: [company(9, 'Gone Ltd')] }),
  })
  const options = { ...b2b, gone: [segment(9, 'Old friends'), company(9, 'Gone Ltd')] }
  const text = textIn(pageHtml(givenView({ choice: audience, options })))
  expect(text).toContain('A segment was deleted in Shopify, so it has no customers.')
  expect(text).toContain('A company was deleted in Shopify, so it has no contacts.')
  expect(text.match(/Deleted in Shopify/g)).toHaveLength(2)
  expect(textIn(pageHtml(givenView({ choice: audience })))).not.toMatch(/deleted in Shopify/i)
})

test('while Shopify does not list the segments, what is chosen can still be seen and removed', () => {
  const options = { segments: null, gone: [], companies: null, roles: null, b2b: true }
  const html = pageHtml(givenView({ choice: givenAudience({ segments: [segment(1, 'VIP')] }), options }))
  expect(textIn(html)).toContain('Shopify can’t list the segments right now.')
  expect(html).toContain('aria-label="Remove VIP"')
  const none = { ...options, segments: [] }
  expect(textIn(pageHtml(givenView({ options: none })))).toContain('This shop has no customer segments.')
})

test('what saving will start, and what happens to customers that are left out, is shown before', () => {
  const words = (differs: Partial<AudienceView>) => textIn(pageHtml(givenView(differs)))
  const compared = 'all customers are compared with the rules'
  expect(words({})).toContain(`After saving, ${compared}`)
  expect(words({})).toContain('left out, and their profiles stay in Klaviyo as they are. This starts at once.')
  expect(words({ choice: givenAudience({ leaving: 'off_list' }) })).toContain('removed from the Lockstep list')
  expect(words({ runIsOpen: true })).toContain(`once the current sync has ended, ${compared}`)
  expect(words({ status: 'off' })).toContain(`After it is turned on, ${compared}`)
  expect(words({ connected: false })).toContain('Once Klaviyo is connected, these customers are synced.')
  expect(words({})).toContain('Rules never delete or unsubscribe profiles.')
})

test('a tag in both lists is reported beside the field, and nothing is counted', () => {
  const html = pageHtml(givenView({ choice: givenAudience({ tags: { anyOf: ['Vip'], noneOf: ['vip'] } }) }))
  expect(textIn(html)).toContain('“Vip” is also among the tags to sync. Remove it from one of the two.')
  expect(textIn(html)).toContain('Correct the rules first.')
})

test('every fault of rules has a sentence', () => {
  for (const fault of Object.keys(sentencesIn('en').app.audience.faults) as AudienceFault[])
    expect(audienceFaultWords(t, fault)).toMatch(/^[A-Z].*\.$/)
})

test('rules on an outdated page are not saved, and the current ones are shown', () => {
  const view = givenView({ choice: givenAudience(wanting('theirs')) })
  const text = textIn(pageHtml(view, { kind: 'stale' }))
  expect(text).toContain('Your changes were not saved')
  expect(text).toContain('Current settings: Customers are synced if they have the tag “theirs”.')
  expect(textIn(pageHtml(givenView(), { kind: 'invalid', setting: 'audience' }))).toContain('a tag is in both lists')
})

test('a hostile name is text like any other', () => {
  const name = '"><script>alert(1)</script>'
  const audience = givenAudience({ ...wanting(name), segments: [segment(1, name)] })
  expect(pageHtml(givenView({ choice: audience }))).not.toContain('<script>')
})

test.each([
  ['vip', false, [], 'vip', false],
  ['vip,', false, ['vip'], '', false],
  [' vip , gold', false, ['vip'], ' gold', false],
  ['a,b,,c', true, ['a', 'b', 'c'], '', false],
  ['vip', true, ['vip'], '', false],
  ['', true, [], '', false],
  [' , ,', true, [], '', false],
  ['🐝 "bee",', false, ['🐝 "bee"'], '', false],
  [`${'x'.repeat(256)},`, false, [], `${'x'.repeat(256)},`, true],
] as const)('of what is typed as %j (ended: %s), %j are tags and %j is left', (text, isEnded, tags, rest, isFaulty) => {
  expect(typedTags(text, isEnded)).toEqual({ tags, rest, isFaulty })
})

test('what is there already is not added, and what is chosen twice is taken back', () => {
  expect(withTags(['Vip'], ['vip', 'gold', 'GOLD'])).toEqual(['Vip', 'gold'])
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
  expect(toggledNamed([segment(1)], segment(1, 'Other'))).toEqual([])
  expect(toggledNamed([segment(1)], segment(2))).toEqual([segment(1), segment(2)])
})

test('countries are found by part of their name', () => {
  expect(foundBy('united king', countries).map(({ id }) => id)).toEqual(['GB'])
  expect(foundBy('', countries)).toHaveLength(countries.length)
  expect(foundBy('atlantis', countries)).toEqual([])
  expect(new Set(countries.map(({ id }) => id)).size).toBe(countries.length)
})

const counted = (differs: Partial<Extract<CustomerCount, { kind: 'counted' }>> = {}) =>
  ({
    kind: 'counted',
    asOf: NOON,
    total: 18_340,
    matching: 3_412,
    unsubscribed: 208,
    cannotBeSynced: 61,
    ...differs,
  }) as const

test('a count shows how many match, how many of them are unsubscribed and how many cannot be synced', () => {
  expect(countWords(t, counted())).toBe(
    '3,412 customers match, 208 of them unsubscribed from email, 61 cannot be synced (no or invalid email).',
  )
  expect(countWords(t, counted({ matching: 1, unsubscribed: 0, cannotBeSynced: 0 }))).toBe(
    '1 customer matches, none of them unsubscribed from email, all can be synced.',
  )
  expect(countWords(t, counted({ matching: 0 }))).toBe('0 customers match.')
})

const counts: readonly (readonly [string, CustomerCount | null])[] = [
  ['Counting…', null],
  ['As of 1:00 PM, of 18,340 customers. Later changes are not included.', counted()],
  ['No customers match these rules. Saving them would leave out every customer.', counted({ matching: 0 })],
  ['Shopify is preparing the customers to be counted.', { kind: 'preparing', rowsWritten: 0, expected: null }],
  ['to be counted: 1,200 of 18,340.', { kind: 'preparing', rowsWritten: 1_200, expected: 18_340 }],
  ['Shopify can’t count the customers right now.', { kind: 'unavailable' }],
  ['Correct the rules first.', { kind: 'audience_invalid' }],
]

test.each(counts)('%s', (words, count) => {
  expect(countText(count)).toContain(words)
})

test('a shop without customers is not warned that no customer matches', () => {
  expect(countText(counted({ total: 0, matching: 0 }))).not.toContain('Nobody matches')
})

function pageHtml(view: AudienceView, answer: IntegrationChange | null = null): string {
  const nothing = () => undefined
  const actions = { save: nothing, saving: false, answer, count: nothing, counting: false, counted: null }
  return drawnHtml(<AudiencePage view={view} actions={actions} />)
}

function countText(count: CustomerCount | null): string {
  return drawnText(<LiveCount live={{ count, counting: false, countAgain: () => undefined }} faulty={false} />)
}
