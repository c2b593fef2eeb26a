import { expect, test } from 'vitest'
import { isSyncDelay, LONGEST_DELAY_MS, SHORTEST_DELAY_MS } from '#app/core/settings/syncing.ts'

const MINUTE_MS = 60_000

test('changes go at once, or wait for whole minutes, from one up to a day', () => {
  expect([SHORTEST_DELAY_MS, LONGEST_DELAY_MS]).toEqual([60_000, 86_400_000])
  for (const ms of [0, MINUTE_MS, 2 * MINUTE_MS, 90 * MINUTE_MS, 1_439 * MINUTE_MS, 1_440 * MINUTE_MS]) {
    expect(isSyncDelay(ms), String(ms)).toBe(true)
  }
})

test.each([
  1,
  59_999,
  60_001,
  90_000,
  86_399_999,
  86_400_001,
  1_441 * MINUTE_MS,
  -MINUTE_MS,
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
])('no change waits for %d milliseconds', (ms) => {
  expect(isSyncDelay(ms)).toBe(false)
})
