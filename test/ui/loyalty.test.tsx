import { expect, test } from 'vitest'
import { defaultLoyalty, type LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { SyncCard } from '#app/ui/card/sync-card.tsx'
import { loyaltySummary } from '#app/ui/copy/loyalty.ts'
import { fieldOptions, keyOf } from '#app/ui/loyalty/field-options.ts'
import { LoyaltyPage } from '#app/ui/loyalty/loyalty-page.tsx'
import { SettingSection } from '#app/ui/settings/setting-section.tsx'
import { drawnHtml, drawnText, textIn } from './drawn.tsx'
import { givenCard, NOON } from './given-card.ts'
import { givenSettings } from './given-settings.ts'

const on: LoyaltyChoice = { ...defaultLoyalty, on: true }

function givenView(differs: Partial<LoyaltyView> = {}): LoyaltyView {
  return {
    version: 7,
    choice: defaultLoyalty,
    sent: defaultMapping.metafields,
    status: 'on',
    connected: true,
    runIsOpen: false,
    scope: 'events:write',
    timeZone: 'Europe/Berlin',
    refusedAt: null,
    waiting: 0,
    dropped: 0,
    ...differs,
  }
}

const pageHtml = (differs: Partial<LoyaltyView> = {}, answer: IntegrationChange | null = null) =>
  drawnHtml(<LoyaltyPage view={givenView(differs)} actions={{ save: () => undefined, saving: false, answer }} />)
const pageText = (...asked: Parameters<typeof pageHtml>) => textIn(pageHtml(...asked))

test('the page shows what is recorded, what starts flows, what is kept and which scope is needed', () => {
  const text = pageText()
  expect(text).toContain('needs the scope events:write')
  expect(text).toContain('Changes found by a full sync are recorded without starting flows.')
  expect(text).toContain('Lockstep keeps the points and tier it last sent for each customer')
  expect(text).toContain('Metric Loyalty points changed old_value 250 new_value 300 change 50')
  expect(text).toContain('Metric Loyalty tier changed old_value Silver new_value Gold')
  expect(pageHtml()).not.toContain('ui-save-bar')
})

test('a kind that nothing holds has no sample', () => {
  expect(pageText({ choice: { ...on, tier: null } })).not.toContain('Loyalty tier changed')
})

test('what turning it on will start is shown before', () => {
  expect(pageText()).toContain('After you turn this on, all customers are compared once')
  expect(pageText({ status: 'off' })).toContain('Once the integration is turned on again, all customers')
  expect(pageText({ connected: false })).toContain('Connect Klaviyo in Settings before')
  expect(pageText({ choice: on })).toContain('Changes are recorded.')
})

test('any metafield that is sent can be chosen, but no list', () => {
  const [points] = defaultMapping.metafields
  const list = { ...points!, key: 'badges', type: 'list.single_line_text_field' }
  const sent = [...defaultMapping.metafields, list]
  expect(fieldOptions(sent, null).map(({ value }) => value)).toEqual(['', 'loyalty.points', 'loyalty.tier'])
  expect(keyOf('loyalty.tier', sent, null)).toEqual({ namespace: 'loyalty', key: 'tier' })
  expect(keyOf('', sent, on.points)).toBeNull()
})

test('a chosen metafield that is no longer sent is marked, and stays chosen', () => {
  const sent = defaultMapping.metafields.slice(1)
  const html = pageHtml({ choice: on, sent })
  expect(textIn(html)).toContain('no longer sent to Klaviyo, so its changes are not recorded')
  expect(fieldOptions(sent, on.points).map(({ value }) => value)).toEqual(['', 'loyalty.tier', 'loyalty.points'])
  expect(keyOf('loyalty.points', sent, on.points)).toEqual(on.points)
  expect(pageText({ sent })).not.toContain('no longer sent')
  expect(pageText({ sent: [] })).toContain('Choose one under Field mapping first.')
})

test.each([
  [{ ...on, points: null, tier: null }, 'Choose a metafield for the points, for the tier, or for both.'],
  [{ ...on, tier: on.points }, 'Choose two different metafields.'],
])('a choice that cannot be saved says why (%#)', (choice, words) => {
  expect(pageText({ choice })).toContain(words)
})

test('events that wait, and those that were given up, are counted', () => {
  expect(pageText({ waiting: 1 })).toContain('1 event waits to be recorded.')
  expect(pageText({ waiting: 1_200, dropped: 2 })).toContain('1,200 events wait to be recorded.')
  expect(pageText({ dropped: 2 })).toContain('2 events could not be recorded')
  expect(pageText()).not.toContain('recorded, because')
})

test('a lost scope is shown on the page, on the card and in Settings', () => {
  const words = 'does not let this API key record loyalty activity'
  expect(pageText({ refusedAt: NOON })).toContain(words)
  expect(pageText()).not.toContain(words)
  expect(cardText(NOON)).toContain(words)
  expect(cardText(null)).not.toContain(words)
  expect(loyaltySummary(on, true)).toBe('On, but the API key lacks a scope')
  expect(drawnText(<SettingSection name="loyalty" view={givenSettings()} />)).toContain('Loyalty activity Off')
})

test('a save that changed nothing shows why', () => {
  expect(pageText({}, { kind: 'stale' })).toContain('They are still shown below')
  expect(pageText({}, { kind: 'events_scope_missing' })).toContain('the API key lacks the scope events:write')
})

function cardText(loyaltyRefusedAt: string | null): string {
  const nothing = () => undefined
  const integration = { turnOff: nothing, turnOn: nothing, turning: false, answer: null }
  return drawnText(
    <SyncCard
      card={givenCard({ loyaltyRefusedAt })}
      button={{ onPress: nothing, starting: false, answer: null }}
      cancelling={{ cancel: nothing, cancelling: false, answer: null }}
      integration={integration}
      notRefreshed={false}
    />,
  )
}
