import { expect, test } from 'vitest'
import { countdown, relativeTime } from '#app/ui/time/relative-time.ts'
import { shopClockTime, shopTime, utcTime } from '#app/ui/time/shop-time.ts'

const at = (instant: string) => new Date(instant)

test('a time is told by the shop’s clock, whatever the machine’s own zone is', () => {
  expect(shopTime(at('2026-11-21T20:56:03Z'), 'Europe/Berlin')).toBe('Nov 21, 2026 at 9:56 PM')
  expect(shopTime(at('2026-11-21T20:56:03Z'), 'America/New_York')).toBe('Nov 21, 2026 at 3:56 PM')
  expect(shopTime(at('2026-11-21T20:56:03Z'), 'Asia/Kolkata')).toBe('Nov 22, 2026 at 2:26 AM')
})

test('daylight saving is the zone’s', () => {
  expect(shopTime(at('2026-07-01T10:00:00Z'), 'Europe/Berlin')).toBe('Jul 1, 2026 at 12:00 PM')
  expect(shopTime(at('2026-12-01T10:00:00Z'), 'Europe/Berlin')).toBe('Dec 1, 2026 at 11:00 AM')
})

test('midnight is 12 AM and noon 12 PM', () => {
  expect(shopClockTime(at('2026-01-01T00:05:00Z'), 'UTC')).toBe('12:05 AM')
  expect(shopClockTime(at('2026-01-01T12:05:00Z'), 'UTC')).toBe('12:05 PM')
})

test('the text holds nothing but plain characters, so that every runtime writes it the same', () => {
  expect(shopTime(at('2026-11-21T20:56:03Z'), 'Europe/Berlin')).toMatch(/^[\x20-\x7e]+$/)
})

test('a zone that the runtime does not know is told in UTC', () => {
  expect(shopTime(at('2026-11-21T20:56:03Z'), 'Mars/Olympus_Mons')).toBe('Nov 21, 2026 at 8:56 PM')
})

test('UTC has seconds and says that it is UTC', () => {
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
  expect(relativeTime(1_800_000_000_000 + offsetMs, 1_800_000_000_000)).toBe(words)
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
])('%i ms are counted down as %s', (leftMs, words) => {
  expect(countdown(leftMs)).toBe(words)
})
