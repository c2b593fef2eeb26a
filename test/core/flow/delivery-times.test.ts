import { expect, test } from 'vitest'
import { bucketsOf, DELIVERY_BOUNDS_MS, DELIVERY_BUCKETS, speedOf } from '#app/core/flow/delivery-times.ts'

const took = (...times: number[]) => times.map((tookMs) => ({ tookMs, changes: 1 }))

test('the bounds ascend, and a change on a bound counts in its bucket', () => {
  expect([...DELIVERY_BOUNDS_MS].sort((a, b) => a - b)).toEqual(DELIVERY_BOUNDS_MS)
  for (const [i, bound] of DELIVERY_BOUNDS_MS.entries()) {
    expect(bucketsOf(took(bound))[i]).toBe(1)
    expect(bucketsOf(took(bound + 1))[i + 1]).toBe(1)
  }
})

test('there is one number for each bucket, whatever is counted, and none for nothing', () => {
  expect(bucketsOf([])).toEqual([])
  const odd = bucketsOf(took(-5, 0, Number.MAX_SAFE_INTEGER, Number.NaN))
  expect(odd).toHaveLength(DELIVERY_BUCKETS)
  expect(odd.reduce((sum, changes) => sum + changes, 0)).toBe(4)
  expect(odd[0], 'heard by a clock that is ahead').toBe(2)
})

test('95 of 100 changes within four seconds are 95 %, and 94 are not', () => {
  const hours = (fast: number) => [
    bucketsOf([{ tookMs: 3_500, changes: fast }]),
    bucketsOf([{ tookMs: 9_000, changes: 100 - fast }]),
  ]
  expect(speedOf(hours(95))).toEqual({ changes: 100, withinMs: 4_000 })
  expect(speedOf(hours(94))).toEqual({ changes: 100, withinMs: 10_000 })
})

test('nothing is said of a day without a delivery, and no time beyond the longest bound', () => {
  expect(speedOf([])).toBeNull()
  expect(speedOf([[], []])).toBeNull()
  expect(speedOf([bucketsOf(took(3 * 86_400_000))])).toEqual({ changes: 1, withinMs: null })
})
