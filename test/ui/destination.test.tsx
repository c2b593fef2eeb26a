import { expect, test } from 'vitest'
import type { DestinationView } from '#app/core/report/destination-view.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { type Destination, defaultDestination } from '#app/core/settings/destination.ts'
import { destinationSummary, firstForecastWords, forecastWords, savingWords } from '#app/ui/copy/destination.ts'
import { notChanged } from '#app/ui/copy/integration.ts'
import { chosenDestination, destinationDraftOf } from '#app/ui/destination/destination-draft.ts'
import { DestinationPage } from '#app/ui/destination/destination-page.tsx'
import { OutcomeWords } from '#app/ui/runs/outcome.tsx'
import { drawnHtml, drawnText, t, textIn } from './drawn.tsx'
import { givenReport } from './given-card.ts'

const list = { id: 'Yabc12', name: 'Customers' }
const choice = (differs: Partial<Destination>): Destination => ({ ...defaultDestination, ...differs })

function givenView(differs: Partial<DestinationView> = {}): DestinationView {
  return {
    version: 7,
    choice: defaultDestination,
    timeZone: 'Europe/Berlin',
    status: 'on',
    connected: true,
    runIsOpen: false,
    alreadyInKlaviyo: 0,
    waitingAtLimit: 0,
    lists: [list, { id: 'Zdef34', name: 'Newsletter' }],
    accountIsShared: false,
    freePrefix: 'acme',
    listProblem: null,
    segmentLists: [],
    ...differs,
  }
}

const pageHtml = (view: DestinationView, answer: IntegrationChange | null = null) =>
  drawnHtml(
    <DestinationPage
      view={view}
      actions={{ save: () => {}, saving: false, answer }}
      segmentLists={{ stop: () => {}, busy: false }}
    />,
  )

test('the lists of the account, or none, can be chosen', () => {
  const text = textIn(pageHtml(givenView()))
  for (const words of ['No list', 'Customers', 'Newsletter', 'doesn’t change a customer’s marketing consent'])
    expect(text).toContain(words)
  expect(pageHtml(givenView())).not.toContain('ui-save-bar')
})

test('a chosen list that is gone is named, with what to do about it', () => {
  const gone = { id: 'GONE01', name: 'Old friends' }
  const since = '2026-11-21T11:00:00.000Z'
  const view = givenView({ choice: choice({ list: gone }), listProblem: { why: 'gone', list: gone.name, since } })
  const text = textIn(pageHtml(view))
  expect(text).toContain('Old friends (no longer in Klaviyo)')
  expect(text).toContain('The list Old friends is no longer in Klaviyo')
  const forbidden = { why: 'forbidden', list: 'Customers', since } as const
  expect(textIn(pageHtml(givenView({ listProblem: forbidden })))).toContain('lists:write')
})

test('lists that cannot be loaded, or not yet, are reported, and the chosen one stays', () => {
  const unshown = textIn(pageHtml(givenView({ lists: null, choice: choice({ list }) })))
  expect(unshown).toContain('Klaviyo can’t show its lists right now.')
  expect(unshown).toContain('Customers')
  expect(unshown).not.toContain('no longer in Klaviyo')
  expect(textIn(pageHtml(givenView({ lists: null, connected: false })))).toContain('Connect Klaviyo in Settings')
})

test.each([
  ['10,000', 10_000],
  ['10.000', 10_000],
  ['10 000', 10_000],
  ['1', 1],
  ['0', null],
  ['', null],
  ['1.5', null],
  ['-3', null],
  ['ten', null],
  ['100000001', null],
])('%j typed as the limit is %s', (typed, mostNew) => {
  const draft = { ...destinationDraftOf(defaultDestination), limited: true, mostNew: typed }
  expect(chosenDestination(draft)?.mostNew ?? null).toBe(mostNew)
  expect(chosenDestination({ ...draft, limited: false })).toEqual(defaultDestination)
})

test('what saving will do is shown before', () => {
  expect(savingWords(t, givenView(), defaultDestination)).toEqual([])
  expect(savingWords(t, givenView(), choice({ list }))).toEqual([
    'From now on new profiles are added to Customers. Existing profiles are not.',
  ])
  const waiting = givenView({
    choice: choice({ mostNew: 5, existing: 'leave' }),
    waitingAtLimit: 2_310,
    alreadyInKlaviyo: 1,
  })
  expect(savingWords(t, waiting, defaultDestination)).toEqual([
    '1 customer left alone until now is sent.',
    '2,310 customers who wait because of the limit are sent.',
    'After saving, all customers are compared. This starts at once.',
  ])
  expect(savingWords(t, { ...waiting, runIsOpen: true }, defaultDestination).at(-1)).toContain(
    'once the current sync has ended',
  )
  expect(savingWords(t, { ...waiting, status: 'off' }, defaultDestination).at(-1)).toContain('turned on')
  expect(savingWords(t, givenView(), choice({ mostNew: 10_000 }))).toEqual([
    'A full sync stops creating profiles at 10,000; the others wait for the next one.',
  ])
})

test('a save that was refused shows why', () => {
  expect(notChanged(t, { kind: 'invalid', setting: 'destination' }, t('destination.fault'))).toBe(
    'Nothing was changed: the limit must be a whole number of at least 1.',
  )
  expect(textIn(pageHtml(givenView(), { kind: 'stale' }))).toContain('They are still shown below')
})

test('the choice in a sentence', () => {
  expect(destinationSummary(t, defaultDestination)).toBe(
    'Every customer’s profile is created or updated, without a list or a limit.',
  )
  expect(destinationSummary(t, choice({ list, existing: 'leave', mostNew: 10_000 }))).toBe(
    'Missing profiles are created, existing ones are left alone; new ones join the list Customers; at most 10,000 new profiles in one full sync.',
  )
})

test('a run that stopped at the limit shows that, and how many customers wait', () => {
  const words = 'Stopped at your limit of 10,000 new profiles. 2,310 customers wait for the next full sync.'
  const run = givenReport({ limit: { mostNew: 10_000, held: 2_310 } })
  expect(drawnText(<OutcomeWords shop="ada.myshopify.com" run={run} />)).toContain(words)
  expect(t('destination.limit.reached', { mostNew: 1, held: 1 })).toBe(
    'Stopped at your limit of 1 new profile. 1 customer waits for the next full sync.',
  )
})

test('the forecast in a sentence, with a time only when there is one', () => {
  const forecast = { newProfiles: 1_240, updates: 20, compared: 5_020, ms: 14 * 60_000 }
  expect(forecastWords(t, forecast)).toBe(
    'A full sync now: about 1,240 new profiles and 20 updates; 5,020 customers are compared. About 14 minutes.',
  )
  expect(forecastWords(t, { newProfiles: 1, updates: 1, compared: 1, ms: null })).toBe(
    'A full sync now: about 1 new profile and 1 update; 1 customer is compared.',
  )
  expect(forecastWords(t, { newProfiles: 0, updates: 0, compared: 5_020, ms: null })).toBe(
    'A full sync now: no new profiles and no updates are expected; 5,020 customers are compared.',
  )
  expect(forecastWords(t, { ...forecast, ms: 20_000 })).toContain(' Less than a minute.')
  expect(forecastWords(t, { ...forecast, ms: 3 * 60 * 60_000 })).toContain(' About 3 hours.')
  expect(firstForecastWords(t, { ...forecast, newProfiles: 100 })).toBe(
    'The first full sync reads 5,020 customers from Shopify. At most 100 new profiles are created.',
  )
})

test('what is written beside other shops is asked only where there are other shops', () => {
  const words = 'Other shops in this Klaviyo account'
  expect(textIn(pageHtml(givenView()))).not.toContain(words)
  expect(textIn(pageHtml(givenView({ accountIsShared: true })))).toContain(words)
  const apart = choice({ sharing: { kind: 'prefixed', prefix: 'acme' } })
  expect(textIn(pageHtml(givenView({ choice: apart })))).toContain('For example, acme Loyalty Tier.')
  expect(destinationSummary(t, apart)).toBe('Profiles are created or updated; properties begin with acme.')
  expect(savingWords(t, givenView(), apart)).toContainEqual(expect.stringContaining('stay in Klaviyo as they are'))
})

test.each(['', '  ', '$acme', 'x'.repeat(41)])('the prefix %j cannot be saved', (prefix) => {
  const draft = { ...destinationDraftOf(defaultDestination), sharing: { kind: 'prefixed', prefix } as const }
  expect(chosenDestination(draft)).toBeNull()
})

test('segments that are kept as lists are named, with how many are on the list, when they were looked at, and why one stopped', () => {
  const kept = {
    segment: 'gid://shopify/Segment/900',
    segmentName: 'VIPs',
    listName: 'VIPs (Shopify segment 900)',
    listed: 12,
    lookedAt: '2026-11-21T11:00:00.000Z',
    problem: null,
    isKept: true,
  } as const
  const stopped = { ...kept, segment: 'gid://shopify/Segment/901', segmentName: 'Old', isKept: false } as const
  const one = textIn(pageHtml(givenView({ segmentLists: [kept] })))
  for (const words of [
    'Segments kept as lists',
    'VIPs',
    'List in Klaviyo: VIPs (Shopify segment 900)',
    '12 profiles on the list',
    'Stop keeping',
  ])
    expect(one).toContain(words)
  for (const problem of ['list_gone', 'segment_gone', 'other_account'] as const) {
    const text = textIn(pageHtml(givenView({ segmentLists: [{ ...stopped, problem }] })))
    expect(text).toContain('Stopped, because')
    expect(text).not.toContain('Stop keeping')
  }
  const forbidden = textIn(pageHtml(givenView({ segmentLists: [{ ...kept, lookedAt: null, problem: 'forbidden' }] })))
  for (const words of ['lists:write', 'Never', 'Stop keeping']) expect(forbidden).toContain(words)
  expect(textIn(pageHtml(givenView()))).not.toContain('Segments kept as lists')
})
