import { expect, test } from 'vitest'
import { countdown, duration, relativeTime, timeLeft } from '#app/ui/time/relative-time.ts'
import {
  shopClockTime,
  shopHour,
  shopTime,
  shopTimeBrief,
  shopTimeInSentence,
  shopTimeSince,
  utcTime,
} from '#app/ui/time/shop-time.ts'
import { t } from './drawn.tsx'

const at = (instant: string) => new Date(instant)
const english = { t, language: 'en' }
const clockIn = (timeZone: string) => ({ ...english, timeZone })

test('a time is shown by the shop’s clock, whatever the machine’s own zone is', () => {
  expect(shopTime(at('2026-11-21T20:56:03Z'), clockIn('Europe/Berlin'))).toBe('Nov 21, 2026 at 9:56 PM')
  expect(shopTime(at('2026-11-21T20:56:03Z'), clockIn('America/New_York'))).toBe('Nov 21, 2026 at 3:56 PM')
  expect(shopTime(at('2026-11-21T20:56:03Z'), clockIn('Asia/Kolkata'))).toBe('Nov 22, 2026 at 2:26 AM')
})

test('daylight saving is the zone’s', () => {
  expect(shopTime(at('2026-07-01T10:00:00Z'), clockIn('Europe/Berlin'))).toBe('Jul 1, 2026 at 12:00 PM')
  expect(shopTime(at('2026-12-01T10:00:00Z'), clockIn('Europe/Berlin'))).toBe('Dec 1, 2026 at 11:00 AM')
})

test('the date is shown when it is not today’s, and today is the shop’s', () => {
  const now = { nowMs: Date.parse('2026-11-21T02:00:00Z'), ...clockIn('America/New_York') } // the 20th there
  expect(shopTimeBrief(at('2026-11-20T19:02:00Z'), now)).toBe('2:02 PM')
  expect(shopTimeBrief(at('2026-11-20T03:02:00Z'), now)).toBe('Nov 19, 2026 at 10:02 PM')
  expect(shopTimeInSentence(at('2026-11-20T19:02:00Z'), now)).toBe('at 2:02 PM')
  expect(shopTimeInSentence(at('2026-11-20T03:02:00Z'), now)).toBe('on Nov 19, 2026 at 10:02 PM')
  expect(shopTimeSince(at('2026-11-20T19:02:00Z'), now)).toBe('since 2:02 PM')
  expect(shopTimeSince(at('2026-11-20T03:02:00Z'), now)).toBe('since Nov 19, 2026 at 10:02 PM')
})

test('an hour is shown with its start and end, with minutes where the zone’s hours begin at half past', () => {
  expect(shopHour(at('2026-11-21T13:00:00Z'), clockIn('Europe/Berlin'))).toBe('2 PM–3 PM')
  expect(shopHour(at('2026-11-21T22:00:00Z'), clockIn('Europe/Berlin'))).toBe('11 PM–12 AM')
  expect(shopHour(at('2026-11-21T13:00:00Z'), clockIn('Asia/Kolkata'))).toBe('6:30 PM–7:30 PM')
})

test('midnight is 12 AM and noon 12 PM', () => {
  expect(shopClockTime(at('2026-01-01T00:05:00Z'), clockIn('UTC'))).toBe('12:05 AM')
  expect(shopClockTime(at('2026-01-01T12:05:00Z'), clockIn('UTC'))).toBe('12:05 PM')
})

test('the text holds nothing but plain characters, so that every runtime writes it the same', () => {
  expect(shopTime(at('2026-11-21T20:56:03Z'), clockIn('Europe/Berlin'))).toMatch(/^[\x20-\x7e]+$/)
})

test('a zone that the runtime does not know is shown in UTC', () => {
  expect(shopTime(at('2026-11-21T20:56:03Z'), clockIn('Mars/Olympus_Mons'))).toBe('Nov 21, 2026 at 8:56 PM')
})

test('UTC has seconds and is marked as UTC', () => {
  expect(utcTime(at('2026-11-21T20:56:03.999Z'))).toBe('2026-11-21 20:56:03 UTC')
})

test.each([
  [0, 'just now'],
  [-4_999, 'just now'],
  [-5_000, '5 seconds ago'],
  [-59_999, '59 seconds ago'],
  [-60_000, '1 minute ago'],
  [-4 * 60_000, '4 minutes ago'],
  [-3_600_000, '1 hour ago'],
  [-86_400_000, '1 day ago'],
  [-40 * 86_400_000, '1 month ago'],
  [-800 * 86_400_000, '2 years ago'],
  [90_000, 'in 1 minute'],
  [7_200_000, 'in 2 hours'],
])('%i ms from now is “%s”', (offsetMs, words) => {
  expect(relativeTime(1_800_000_000_000 + offsetMs, { ...english, nowMs: 1_800_000_000_000 })).toBe(words)
})

test.each([
  [3_600_000, '1:00:00'],
  [2_467_000, '41:07'],
  [60_000, '1:00'],
  [59_001, '1:00'],
  [18_000, '0:18'],
  [1, '0:01'],
  [0, '0:00'],
  [-5_000, '0:00'],
])('%i ms are counted down as %s', (remainingMs, words) => {
  expect(countdown(remainingMs)).toBe(words)
})

test.each([
  [0, 'less than a minute left'],
  [59_999, 'less than a minute left'],
  [60_000, 'about 1 minute left'],
  [4.4 * 60_000, 'about 4 minutes left'],
  [80 * 60_000, 'about 80 minutes left'],
  [130 * 60_000, 'about 2 hours left'],
])('%i ms are “%s”', (remainingMs, words) => {
  expect(timeLeft(remainingMs, english)).toBe(words)
})

test.each([
  [400, '1 second'],
  [35_000, '35 seconds'],
  [3 * 60_000, '3 minutes'],
  [60 * 60_000, '1 hour'],
  [125 * 60_000, '2 hours 5 minutes'],
])('what took %i ms took %s', (ms, words) => {
  expect(duration(ms, english)).toBe(words)
})
