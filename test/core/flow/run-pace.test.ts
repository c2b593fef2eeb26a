import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leftMsOf, type RunPace } from '#app/core/flow/run-pace.ts'

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

test('what is left takes as long for each as those did that came after the first chunk', () => {
  expect(leftMsOf(pace())).toBe(100_000)
})

test('how long the first chunk took to come says nothing of the pace: there is none before the second', () => {
  expect(leftMsOf(pace({ pacedSince: null, pacedFrom: null, read: 0 }))).toBeNull()
  expect(leftMsOf(pace({ progressAt: at('10:00:00'), read: 1_000 }))).toBeNull()
  expect(leftMsOf(pace({ read: 1_000 })), 'time alone is no pace').toBeNull()
  expect(leftMsOf(pace({ progressAt: at('10:00:00') })), 'nor is a chunk that took no time').toBeNull()
})

test('while Shopify has not counted, nobody knows what is left', () => {
  expect(leftMsOf(pace({ expected: null }))).toBeNull()
})

test('a run that read as many as were counted, or more, has nothing left', () => {
  expect(leftMsOf(pace({ expected: 5_000 }))).toBe(0)
  expect(leftMsOf(pace({ expected: 4_990 }))).toBe(0)
})

test('a run that goes on from its checkpoint is measured from there, not from its beginning', () => {
  expect(leftMsOf(pace({ pacedFrom: 20_000, read: 21_000, progressAt: at('10:00:10') }))).toBe(40_000)
})

test('whatever is measured, what is left is a whole number of milliseconds, never less than none', () => {
  const number = fc.integer({ min: 0, max: 2_000_000 })
  fc.assert(
    fc.property(number, number, number, number, (pacedFrom, read, expected, ms) => {
      const left = leftMsOf(pace({ pacedFrom, read, expected, progressAt: new Date(at('10:00:00').getTime() + ms) }))
      if (left !== null) expect(Number.isInteger(left) && left >= 0).toBe(true)
    }),
  )
})
