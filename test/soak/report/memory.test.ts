import { expect, test } from 'vitest'
import { growthMbPerMinute, peakMb } from './memory.ts'

const MB = 1e6
const SECONDS = 1_000

/** A sample every two seconds for ten minutes. */
const samples = (mbAt: (minute: number) => number) =>
  Array.from({ length: 300 }, (_, i) => ({ atMs: 5_000 + i * 2 * SECONDS, bytes: mbAt((i * 2) / 60) * MB }))

test('a process that grows steadily has the slope of its growth', () => {
  const grown = samples((minute) => 100 + 7 * minute)

  expect(growthMbPerMinute(grown)).toBeCloseTo(7)
  expect(peakMb(grown)).toBeCloseTo(169.8, 1)
})

test('what a process grows by while it warms up does not count', () => {
  expect(growthMbPerMinute(samples((minute) => (minute < 3 ? 100 + 50 * minute : 250)))).toBeCloseTo(0)
})

test('a heap that goes up and down around the same size does not grow', () => {
  expect(Math.abs(growthMbPerMinute(samples((minute) => 200 + 30 * Math.sin(minute * 20)))!)).toBeLessThan(1)
})

test('of few samples no growth is told', () => {
  expect(growthMbPerMinute(samples(() => 100).slice(0, 10))).toBeNull()
  expect([growthMbPerMinute([]), peakMb([])]).toEqual([null, 0])
})
