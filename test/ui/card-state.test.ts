import { expect, test } from 'vitest'
import { cardStateOf, syncButtonStateOf } from '#app/ui/card/card-state.ts'
import { progressFraction } from '#app/ui/runs/progress-fraction.ts'
import { givenCard, givenIntegration, givenParts, givenRun, givenTurnedOff, NOON } from './given-card.ts'

const nowMs = Date.parse(NOON)
const soon = '2026-11-21T12:00:18.000Z'
const refused = { kind: 'refused', by: 'key', accountName: 'Ada Boutique', refusedAt: NOON } as const

const turningOff = givenIntegration({ status: 'turning_off' })

test.each([
  ['not_connected', givenCard({ connection: { kind: 'none' }, pending: 3 })],
  ['refused', givenCard({ connection: refused, run: givenRun(), throttledUntil: soon })],
  ['refused', givenTurnedOff({ connection: refused })],
  ['off', givenTurnedOff({ run: givenRun({ state: 'paused' }), throttledUntil: soon })],
  ['turning_off', givenCard({ integration: turningOff, run: givenRun(), pending: 3 })],
  ['throttled', givenCard({ run: givenRun(), throttledUntil: soon })],
  ['throttled', givenCard({ pending: 1, throttledUntil: soon })],
  ['first_sync', givenCard({ run: givenRun({ state: 'queued' }), syncedTotal: 0 })],
  ['starting', givenCard({ run: givenRun({ state: 'queued' }) })],
  ['starting', givenCard({ run: givenRun({ state: 'queued', kind: 'baseline' }), syncedTotal: 0 })],
  ['running', givenCard({ run: givenRun({ state: 'delivering' }) })],
  ['running', givenCard({ run: givenRun(), pending: 4, delayedUntil: soon })],
  ['throttled', givenCard({ pending: 4, delayedUntil: soon, throttledUntil: soon })],
  ['delayed', givenCard({ pending: 4, delayedUntil: soon })],
  ['pending', givenCard({ pending: 1 })],
  ['identifiers_wait', givenCard({ identifiersPending: true })],
  ['throttled', givenCard({ identifiersPending: true, throttledUntil: soon })],
  ['never_synced', givenCard({ lastFullSyncStartedAt: null })],
  [
    'shopify_refuses',
    givenCard({ shopifyTrouble: { why: 'payment_due', since: NOON, words: null }, pending: 3, run: givenRun() }),
  ],
  ['idle', givenCard({ shopifyTrouble: { why: 'fields_withheld', since: NOON, words: 'phone' } })],
  ['unfilled', givenCard({ filled: false })],
  ['pending', givenCard({ filled: false, pending: 2 })],
  ['at_limit', givenCard({ parts: givenParts({ waitingAtLimit: 300 }) })],
  ['idle', givenCard()],
])('the card says “%s”', (state, card) => {
  expect(cardStateOf(card, nowMs)).toBe(state)
})

test('a wait for Klaviyo is not worth a word when there is nothing to send, or when it is over', () => {
  expect(cardStateOf(givenCard({ throttledUntil: soon }), nowMs)).toBe('idle')
  expect(cardStateOf(givenCard({ pending: 1, throttledUntil: soon }), Date.parse(soon))).toBe('pending')
})

test('when the sync delay is over, what waited for it is on the way', () => {
  expect(cardStateOf(givenCard({ pending: 4, delayedUntil: soon }), Date.parse(soon))).toBe('pending')
})

test('the button comes back by itself the moment the hour is over', () => {
  const card = givenCard({ nextFullSyncAt: soon })
  expect(syncButtonStateOf(card, Date.parse(soon) - 1)).toBe('cooling_down')
  expect(syncButtonStateOf(card, Date.parse(soon))).toBe('ready')
})

test('the button waits for a full sync under way, but not for a catch-up, which a full sync takes over', () => {
  expect(syncButtonStateOf(givenCard({ run: givenRun() }), nowMs)).toBe('blocked')
  expect(syncButtonStateOf(givenCard({ run: givenRun({ kind: 'catch_up' }) }), nowMs)).toBe('ready')
})

test('without a working connection the button does nothing', () => {
  expect(syncButtonStateOf(givenCard({ connection: refused }), nowMs)).toBe('blocked')
  expect(syncButtonStateOf(givenCard({ connection: { kind: 'none' } }), nowMs)).toBe('blocked')
})

test('no full sync is started by hand while the integration is not on, whatever the hour', () => {
  expect(syncButtonStateOf(givenTurnedOff({ nextFullSyncAt: soon }), nowMs)).toBe('blocked')
  expect(syncButtonStateOf(givenCard({ integration: turningOff }), nowMs)).toBe('blocked')
})

test('the progress of a run is not known before Shopify has counted the customers', () => {
  expect(progressFraction(givenRun({ expected: null }))).toBeNull()
  expect(progressFraction(givenRun({ state: 'queued' }))).toBeNull()
})

test('a run is as far as it has read, since it sends what it reads; how long Klaviyo then takes is not known', () => {
  expect(progressFraction(givenRun())).toBeCloseTo(0.4)
  expect(progressFraction(givenRun({ read: 1000 }))).toBe(1)
  expect(progressFraction(givenRun({ state: 'delivering', read: 1000, pushed: 1000 }))).toBeNull()
})

test('more customers than were expected, or none at all, is all of the way and not more', () => {
  expect(progressFraction(givenRun({ expected: 100, read: 400 }))).toBe(1)
  expect(progressFraction(givenRun({ expected: 0, read: 0 }))).toBe(1)
})
