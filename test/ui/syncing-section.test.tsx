import { expect, test } from 'vitest'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { Integration } from '#app/core/report/sync-card.ts'
import { delayDraftOf, delayMinutesOf } from '#app/ui/integration/delay-draft.ts'
import { SyncingSection } from '#app/ui/settings/syncing-section.tsx'
import { drawnHtml, textIn } from './drawn.tsx'
import { givenIntegration } from './given-card.ts'

const MINUTE_MS = 60_000
const typed = (minutes: string) => ({ waits: true, preset: null, typed: minutes })

test.each([0, 1, 5, 15, 30, 60, 360, 1440, 7, 95])('a delay of %i minutes is shown as it is', (minutes) => {
  expect(delayMinutesOf(delayDraftOf(minutes * MINUTE_MS))).toBe(minutes)
})

test('when waiting is chosen it is fifteen minutes at first', () => {
  expect(delayMinutesOf({ ...delayDraftOf(0), waits: true })).toBe(15)
})

test.each(['', '0', '1441', '1.5', '-5', '15m', '99999'])('“%s” minutes is no delay', (minutes) => {
  expect(delayMinutesOf(typed(minutes))).toBeNull()
})

test.each([
  ['1', 1],
  [' 20 ', 20],
  ['1440', 1440],
])('“%s” minutes is one', (minutes, asked) => {
  expect(delayMinutesOf(typed(minutes))).toBe(asked)
})

test('as changes come there is nothing to choose but that', () => {
  const html = drawn(givenIntegration())
  expect(html).not.toContain('<select')
  expect(textIn(html)).toContain('Immediately')
  expect(textIn(html)).toContain('Full syncs are not delayed.')
})

test('a delay of the usual ones is chosen from a list, of which one is the default', () => {
  const html = drawn(givenIntegration({ syncDelayMs: 6 * 60 * MINUTE_MS }))
  expect(html).toMatch(/<option[^>]*value="360"[^>]*selected/)
  expect(textIn(html)).toContain('15 minutes (default)')
  expect(html).not.toContain('Minutes to wait')
})

test('any other delay is typed in minutes', () => {
  const html = drawn(givenIntegration({ syncDelayMs: 95 * MINUTE_MS }))
  expect(html).toMatch(/<option[^>]*value="custom"[^>]*selected/)
  expect(html).toMatch(/<input[^>]*type="number"[^>]*value="95"/)
})

test('the nightly check is ticked when it is on, and explained', () => {
  expect(drawn(givenIntegration())).toMatch(/type="checkbox"[^>]*aria-checked="true"/)
  expect(drawn(givenIntegration({ nightlyReconcile: false }))).toMatch(/type="checkbox"[^>]*aria-checked="false"/)
  expect(textIn(drawn(givenIntegration()))).toContain(
    'Every night, Lockstep compares all customers with what was delivered and sends the differences.',
  )
})

test('nothing is to be saved before something is changed', () => {
  expect(drawn(givenIntegration())).not.toContain('ui-save-bar')
})

test('settings on an outdated page are not saved, and that is shown', () => {
  expect(textIn(drawn(givenIntegration(), { kind: 'stale' }))).toContain('They are still shown below')
})

test('a delay that the server refuses is reported beside the field', () => {
  const html = drawn(givenIntegration({ syncDelayMs: 95 * MINUTE_MS }), { kind: 'invalid', setting: 'syncing' })
  expect(html).toContain('aria-invalid="true"')
  expect(textIn(html)).toContain('Enter whole minutes from 1 to 1,440.')
})

function drawn(integration: Integration, answer: IntegrationChange | null = null): string {
  return drawnHtml(
    <SyncingSection integration={integration} actions={{ save: () => undefined, saving: false, answer }} />,
  )
}
