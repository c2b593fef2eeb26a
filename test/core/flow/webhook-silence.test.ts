import { expect, test } from 'vitest'
import { isSilent } from '#app/core/flow/webhook-silence.ts'

const on = (day: string, time: string) => new Date(`2026-11-${day}T${time}Z`)

const comparison = { startedAt: on('21', '02:00:00'), finishedAt: on('21', '02:10:00'), unannounced: 3 }

test('unreported changes in a shop from which no webhook arrived for more than a day before mean silence', () => {
  expect(isSilent(comparison, new Date(on('20', '02:00:00').getTime() - 1))).toBe(true)
  expect(isSilent(comparison, on('01', '00:00:00'))).toBe(true)
})

test('so they do in a shop from which no webhook ever arrived', () => {
  expect(isSilent(comparison, null)).toBe(true)
})

test('any webhook in the day before means that only single ones were lost', () => {
  expect(isSilent(comparison, on('20', '02:00:00')), 'a day to the millisecond').toBe(false)
  expect(isSilent(comparison, on('21', '01:59:59'))).toBe(false)
})

test('any webhook during the comparison, or later, ends the silence', () => {
  expect(isSilent(comparison, on('21', '02:05:00'))).toBe(false)
  expect(isSilent(comparison, on('24', '12:00:00'))).toBe(false)
})

test('a shop in which nothing changed unheard is quiet, not silent, however long', () => {
  expect(isSilent({ ...comparison, unannounced: 0 }, null)).toBe(false)
  expect(isSilent({ ...comparison, unannounced: 0 }, on('01', '00:00:00'))).toBe(false)
})

test('before the first comparison nothing is known', () => {
  expect(isSilent(null, null)).toBe(false)
  expect(isSilent(null, on('01', '00:00:00'))).toBe(false)
})
