import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RunPace, remainingMsOf } from '#app/core/flow/run-pace.ts'

const at = (time: string) => new Date(`2026-11-21T${time}Z`)

/** One chunk of 1,000 was delivered at 10:00:00; 4,000 more by 10:00:20, of 25,000. */
function pace(given: Partial<RunPace> = {}): RunPace {
  return {
    pacedSince: at('10:00:00'),
    pacedFrom: 1_000,
    progressAt: at('10:00:20'),
    read: 5_000,
    expected: 25_000,
    ...given,
  }
}

test('the remaining customers take as long each as those after the first chunk did', () => {
  expect(remainingMsOf(pace())).toBe(100_000)
})

test('how long the first chunk took to come says nothing of the pace: there is none before the second', () => {
  expect(remainingMsOf(pace({ pacedSince: null, pacedFrom: null, read: 0 }))).toBeNull()
  expect(remainingMsOf(pace({ progressAt: at('10:00:00'), read: 1_000 }))).toBeNull()
  expect(remainingMsOf(pace({ read: 1_000 })), 'time alone is no pace').toBeNull()
  expect(remainingMsOf(pace({ progressAt: at('10:00:00') })), 'nor is a chunk that took no time').toBeNull()
})

test('while Shopify has not counted, the remaining time is unknown', () => {
  expect(remainingMsOf(pace({ expected: null }))).toBeNull()
})

test('a run that read as many as were counted, or more, has nothing remaining', () => {
  expect(remainingMsOf(pace({ expected: 5_000 }))).toBe(0)
  expect(remainingMsOf(pace({ expected: 4_990 }))).toBe(0)
})

test('a run that goes on from its checkpoint is measured from there, not from its beginning', () => {
  expect(remainingMsOf(pace({ pacedFrom: 20_000, read: 21_000, progressAt: at('10:00:10') }))).toBe(40_000)
})

test('whatever is measured, the remaining time is a whole number of milliseconds, never negative', () => {
  const number = fc.integer({ min: 0, max: 2_000_000 })
  fc.assert(
    fc.property(number, number, number, number, (pacedFrom, read, expected, ms) => {
      const left = remainingMsOf(
        pace({ pacedFrom, read, expected, progressAt: new Date(at('10:00:00').getTime() + ms) }),
      )
      if (left !== null) expect(Number.isInteger(left) && left >= 0).toBe(true)
    }),
  )
})
