import { expect, test } from 'vitest'
import { reasonCodes } from '#app/core/issue/reason-code.ts'
import type { ConnectOutcome } from '#app/core/report/connect-outcome.ts'
import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import { statusSentence } from '#app/ui/copy/card-status.ts'
import { connectFault } from '#app/ui/copy/connection.ts'
import english from '#app/ui/copy/en.json' with { type: 'json' }
import { notStarted } from '#app/ui/copy/full-sync.ts'
import { runProgressWords } from '#app/ui/copy/runs.ts'
import { now, t } from './drawn.tsx'
import { givenCard, givenParts, givenRun } from './given-card.ts'

const sentence = /^[A-Z0-9].*[.]$/

test('every reason says what happened and what to do', () => {
  expect(Object.keys(english.reasons).sort()).toEqual([...reasonCodes].sort())
  for (const { headline, whatToDo } of Object.values(english.reasons)) {
    expect(headline).toMatch(/^[A-Z].*[^.]$/)
    expect(whatToDo).toMatch(sentence)
  }
})

test('the headline counts profiles', () => {
  expect(t('card.synced', { lastDay: 1204, total: 18_340 })).toBe(
    "We've synced 1,204 profiles in the last day (18,340 total)",
  )
  expect(t('card.synced', { lastDay: 1, total: 1 })).toBe("We've synced 1 profile in the last day (1 total)")
})

test('every state of the card has a badge and a whole sentence', () => {
  const states = Object.keys(english.status.sentence) as (keyof typeof english.status.sentence)[]
  expect(Object.keys(english.status.badge).sort()).toEqual([...states].sort())
  const card = givenCard({ pending: 3, run: givenRun(), parts: givenParts({ waitingAtLimit: 3 }) })
  for (const state of states) {
    expect(t(`status.badge.${state}`)).not.toBe('')
    expect(statusSentence(now, state, card)).toMatch(sentence)
  }
})

test('one change is on the way, several are; past what is counted it is “more than”', () => {
  const words = (pending: number) => statusSentence(now, 'pending', givenCard({ pending }))
  expect(words(1)).toBe('1 change is on the way to Klaviyo.')
  expect(words(14)).toBe('14 changes are on the way to Klaviyo.')
  expect(words(9_999)).toBe('9,999 changes are on the way to Klaviyo.')
  expect(words(10_000)).toBe('More than 10,000 changes are on the way to Klaviyo.')
})

test('changes that wait for the sync delay are shown with the time when they are sent', () => {
  const words = (pending: number) =>
    statusSentence(now, 'delayed', givenCard({ pending, delayedUntil: '2026-11-21T13:15:00.000Z' }))
  expect(words(12)).toBe('12 changes wait for the sync delay and are sent at 2:15 PM.')
  expect(words(1)).toBe('1 change waits for the sync delay and is sent at 2:15 PM.')
})

test('the banner of a refused key says since when, what is kept and what to do', () => {
  expect(t('refusedKey.body', { since: 'Nov 21, 2026 at 8:25 PM', changes: 1 })).toBe(
    'Nothing has been sent since Nov 21, 2026 at 8:25 PM. 1 change is kept and sent once you reconnect. Paste a new key in Settings to continue.',
  )
})

test('every way a full sync is not started has words', () => {
  const refusals: readonly FullSyncStart[] = [
    { kind: 'too_soon', againAt: new Date() },
    { kind: 'already_running' },
    { kind: 'not_connected' },
    { kind: 'off' },
    { kind: 'refused' },
  ]
  for (const refusal of refusals) expect(notStarted(now, refusal)).toMatch(sentence)
  expect(notStarted(now, { kind: 'too_soon', againAt: new Date('2026-11-21T20:56:00Z') })).toContain('9:56 PM')
  expect(notStarted(now, { kind: 'started', runId: 'run-1' })).toBeNull()
})

test('every way a key is not taken has words, and missing scopes are named', () => {
  const faults: readonly ConnectOutcome[] = [
    { kind: 'key_empty' },
    { kind: 'key_malformed' },
    { kind: 'key_wrong' },
    { kind: 'scopes_missing', scopes: ['lists:write'] },
    { kind: 'klaviyo_unavailable' },
    { kind: 'throttled', againAt: new Date() },
  ]
  for (const fault of faults) expect(connectFault(now, fault)).toMatch(sentence)
  expect(connectFault(now, { kind: 'scopes_missing', scopes: ['a', 'b', 'c'] })).toContain('the scopes a, b and c.')
  expect(connectFault(now, { kind: 'connected', accountName: 'Ada' })).toBeNull()
})

test('while the total is unknown no total is named', () => {
  expect(runProgressWords(t, givenRun())).toBe('400 of 1,000 customers read.')
  expect(runProgressWords(t, givenRun({ state: 'delivering', read: 1000 }))).toBe('All 1,000 customers read and sent.')
  expect(runProgressWords(t, givenRun({ expected: null }))).toBe('400 customers read so far.')
  expect(runProgressWords(t, givenRun({ expected: null, read: 0 }))).toBe('Shopify is preparing your customers.')
  expect(runProgressWords(t, givenRun({ state: 'queued' }))).toBe('The sync starts in a moment.')
})

test('while changes are on their way the badge says so', () => {
  for (const state of ['running', 'pending', 'identifiers_wait'] as const) {
    expect(t(`status.badge.${state}`)).toBe('Syncing')
  }
})
