import { expect, test } from 'vitest'
import { quietUntil } from '#app/core/alert/quiet-hours.ts'
import { nextWeekly } from '#app/core/alert/weekly.ts'

const night = { from: 22 * 60, to: 7 * 60 }
const noon = { from: 12 * 60, to: 13 * 60 }
const at = (time: string) => new Date(time)

test.each([
  ['before the night', night, '2026-12-01T20:59:59Z', null],
  ['as the night begins', night, '2026-12-01T21:00:00Z', '2026-12-02T06:00:00Z'],
  ['after midnight', night, '2026-12-02T03:10:20Z', '2026-12-02T06:00:00Z'],
  ['as the night ends', night, '2026-12-02T06:00:00Z', null],
  ['within a day', noon, '2026-12-01T11:30:00Z', '2026-12-01T12:00:00Z'],
  ['in the night in which clocks are set forward', night, '2027-03-28T00:30:00Z', '2027-03-28T05:00:00Z'],
  ['in the night in which clocks are set back', night, '2026-10-24T23:30:00Z', '2026-10-25T06:00:00Z'],
  ['without quiet hours', null, '2026-12-02T03:10:20Z', null],
])('quiet hours by the clock of Berlin %s', (_, quiet, now, until) => {
  expect(quietUntil(quiet, 'Europe/Berlin', at(now))?.toISOString() ?? null).toBe(until && at(until).toISOString())
})

test('a zone that is not known counts as UTC', () => {
  expect(quietUntil(noon, 'Mars/Olympus', at('2026-12-01T12:30:00Z'))).toEqual(at('2026-12-01T13:00:00Z'))
})

test.each([
  ['Europe/Berlin', '2026-11-27T10:00:00Z', '2026-11-30T08:00:00Z'],
  ['Europe/Berlin', '2026-11-30T07:59:59Z', '2026-11-30T08:00:00Z'],
  ['Europe/Berlin', '2026-11-30T08:00:00Z', '2026-12-07T08:00:00Z'],
  ['Asia/Tokyo', '2026-11-29T23:00:00Z', '2026-11-30T00:00:00Z'],
  ['America/Los_Angeles', '2026-11-30T10:00:00Z', '2026-11-30T17:00:00Z'],
])('the weekly summary is due on Monday at nine in %s', (zone, now, next) => {
  expect(nextWeekly(zone, at(now))).toEqual(at(next))
})
