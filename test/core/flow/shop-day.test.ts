import { expect, test } from 'vitest'
import { datesIn, todayFrom } from '#app/core/flow/shop-day.ts'

const from = (timeZone: string, now: string) => todayFrom(timeZone, new Date(now)).toISOString()

test.each([
  ['Europe/Berlin', '2026-11-27T14:00:00Z', '2026-11-26T23:00:00.000Z'],
  ['Europe/Berlin', '2026-11-26T23:00:00Z', '2026-11-26T23:00:00.000Z'],
  ['Europe/Berlin', '2026-11-26T22:59:59Z', '2026-11-25T23:00:00.000Z'],
  ['America/New_York', '2026-11-27T04:30:00Z', '2026-11-26T05:00:00.000Z'],
  ['UTC', '2026-11-27T00:00:00Z', '2026-11-27T00:00:00.000Z'],
  ['Mars/Olympus', '2026-11-27T09:00:00Z', '2026-11-27T00:00:00.000Z'],
])('today in %s at %s is from %s on', (timeZone, now, start) => {
  expect(from(timeZone, now)).toBe(start)
})

test('a day on which clocks are set has 23 hours or 25', () => {
  expect(from('Europe/Berlin', '2026-03-29T21:59:00Z')).toBe('2026-03-28T23:00:00.000Z')
  expect(from('Europe/Berlin', '2026-03-29T22:00:00Z'), '23 hours later').toBe('2026-03-29T22:00:00.000Z')
  expect(from('Europe/Berlin', '2026-10-25T22:59:00Z')).toBe('2026-10-24T22:00:00.000Z')
  expect(from('Europe/Berlin', '2026-10-25T23:00:00Z'), '25 hours later').toBe('2026-10-25T23:00:00.000Z')
})

test('where clocks are half an hour off, the day counts from the next whole hour of UTC on', () => {
  expect(from('Asia/Kolkata', '2026-11-27T10:00:00Z')).toBe('2026-11-26T19:00:00.000Z')
  expect(from('Asia/Kolkata', '2026-11-26T18:40:00Z'), 'ten minutes after midnight').toBe('2026-11-26T18:00:00.000Z')
})

test('a date is written as year, month and day', () => {
  expect(datesIn('Pacific/Auckland')(new Date('2026-01-04T11:00:00Z'))).toBe('2026-01-05')
})
