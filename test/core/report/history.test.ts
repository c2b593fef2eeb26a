import { expect, test } from 'vitest'
import { historyFrom, historyOf } from '#app/core/report/history.ts'

const hour = (at: string, changes: number) => ({ hour: new Date(at), changes, synced: changes * 2, issues: 1 })
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

test('hours and days end with the present ones, and what is older is in neither', () => {
  const now = new Date('2026-11-27T14:20:00Z')
  const hours = [hour('2026-10-01T10:00:00Z', 99), hour('2026-11-26T14:00:00Z', 7), hour('2026-11-27T14:00:00Z', 3)]
  const { hours: byHour, days } = historyOf(hours, { timeZone: 'Europe/Berlin', now })
  expect(byHour.starts).toHaveLength(24)
  expect(byHour.starts.at(-1)).toBe('2026-11-27T14:00:00.000Z')
  expect([byHour.changes.at(-1), sum(byHour.changes)]).toEqual([3, 3])
  expect(days.starts).toHaveLength(30)
  expect(days.starts.at(-1)).toBe('2026-11-27')
  expect(days.changes.slice(-2)).toEqual([7, 3])
  expect([sum(days.changes), sum(days.synced), sum(days.issues)]).toEqual([10, 20, 2])
})

test.each([
  ['2026-03-30T12:00:00Z', '2026-03-29', 23],
  ['2026-10-26T12:00:00Z', '2026-10-25', 25],
])('a day on which clocks are set is one day, whatever hours it has (%s)', (now, date, hoursOfDay) => {
  const from = historyFrom(new Date(now)).getTime()
  const everyHour = Array.from({ length: 31 * 24 }, (_, i) => hour(new Date(from + i * 3_600_000).toISOString(), 1))
  const { days } = historyOf(everyHour, { timeZone: 'Europe/Berlin', now: new Date(now) })
  expect(new Set(days.starts).size).toBe(30)
  expect(days.changes[days.starts.indexOf(date)]).toBe(hoursOfDay)
  expect(days.changes[0], 'the first day is whole').toBe(24)
})
