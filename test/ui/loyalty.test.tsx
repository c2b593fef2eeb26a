import { expect, test } from 'vitest'
import { defaultLoyalty, type LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { SyncCard } from '#app/ui/card/sync-card.tsx'
import { loyaltySummary } from '#app/ui/copy/loyalty.ts'
import { LoyaltyPage } from '#app/ui/loyalty/loyalty-page.tsx'
import { SettingSection } from '#app/ui/settings/setting-section.tsx'
import { drawnHtml, drawnText, t, textIn } from './drawn.tsx'
import { givenCard, NOON } from './given-card.ts'
import { givenSettings } from './given-settings.ts'

const on: LoyaltyChoice = { ...defaultLoyalty, on: true }

function givenView(differs: Partial<LoyaltyView> = {}): LoyaltyView {
  return {
    version: 7,
    choice: defaultLoyalty,
    sent: defaultMapping.values,
    status: 'on',
    connected: true,
    runIsOpen: false,
    scope: 'events:write',
    timeZone: 'Europe/Berlin',
    connectedBy: 'key',
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
  expect(text).toContain('Lockstep keeps the values it last sent for each customer')
  expect(text).toContain('Metric Loyalty points changed old_value 250 new_value 300 change 50 direction up')
  expect(text).toContain('Metric Loyalty tier changed old_value Silver new_value Gold')
  expect(pageHtml()).not.toContain('ui-save-bar')
})

test('a kind that nothing holds has no sample', () => {
  expect(pageText({ choice: { ...on, recorded: ['points'] } })).not.toContain('new_value Gold')
})

test('every value that is mapped can be chosen, and its sample shows what the event holds', () => {
  const [points] = defaultMapping.values
  const expiry = { ...points!, name: 'Loyalty Points Expire At', meaning: 'points_expiry' } as const
  const sent = [...defaultMapping.values, expiry]
  expect(pageText()).not.toContain('Points expiry')
  expect(pageText({ sent })).toContain('Points expiry')
  expect(pageText({ sent })).not.toContain('new_value 2027-03-31')
  expect(pageText({ sent, choice: { ...on, recorded: ['points_expiry'] } })).toContain(
    'Metric Loyalty value changed old_value 2026-12-31 new_value 2027-03-31 value_name Loyalty Points Expire At',
  )
})

test('what turning it on will start is shown before', () => {
  expect(pageText()).toContain('After you turn this on, all customers are compared once')
  expect(pageText({ status: 'off' })).toContain('Once the integration is turned on again, all customers')
  expect(pageText({ connected: false })).toContain('Connect Klaviyo in Settings before')
  expect(pageText({ choice: on })).toContain('Changes are recorded.')
})

test('each value is shown with its source, and one that is not mapped cannot be chosen', () => {
  const html = pageHtml({ sent: defaultMapping.values.slice(0, 1), choice: { ...on, recorded: ['points'] } })
  expect(textIn(html)).toContain('loyalty.points')
  expect(textIn(html)).toContain('No value is mapped as this.')
  expect(html.match(/disabled=""/g)).toHaveLength(1)
})

test('a chosen value that is no longer sent is marked, and stays chosen', () => {
  const sent = defaultMapping.values.slice(1)
  expect(pageText({ choice: on, sent })).toContain('no longer sent to Klaviyo, so its changes are not recorded')
  expect(pageText({ sent })).not.toContain('no longer sent')
  expect(pageText({ sent: [] })).toContain('Choose them under Field mapping first.')
})

test('a choice of nothing shows why it cannot be saved', () => {
  expect(pageText({ choice: { ...on, recorded: [] } })).toContain('Choose at least one value.')
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
  expect(loyaltySummary(t, on, true)).toBe('On, but a permission is missing in Klaviyo')
  expect(drawnText(<SettingSection name="loyalty" view={givenSettings()} />)).toContain('Loyalty activity Off')
})

test('a save that changed nothing shows why', () => {
  expect(pageText({}, { kind: 'stale' })).toContain('They are still shown below')
  expect(pageText({}, { kind: 'events_scope_missing' })).toContain(
    'the connection to Klaviyo lacks the scope events:write',
  )
})

function cardText(loyaltyRefusedAt: string | null): string {
  const nothing = () => undefined
  const integration = { turnOff: nothing, turnOn: nothing, turning: false, answer: null }
  return drawnText(
    <SyncCard
      card={givenCard({ loyaltyRefusedAt })}
      button={{ onPress: nothing, starting: false, answer: null }}
      cancelling={{ cancel: nothing, confirm: nothing, cancelling: false, answer: null }}
      integration={integration}
      notRefreshed={false}
    />,
  )
}
