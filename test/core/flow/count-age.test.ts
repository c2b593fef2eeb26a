import { expect, test } from 'vitest'
import { isCountDue } from '#app/core/flow/count-age.ts'

const askedAt = new Date('2026-11-22T10:00:00Z')
const afterMs = (ms: number) => new Date(askedAt.getTime() + ms)
const MINUTE_MS = 60_000

test('a count without a read needs one', () => {
  for (const need of ['age', 'again', 'lost'] as const) expect(isCountDue(null, need, askedAt)).toBe(true)
})

test.each([
  ['age', true, 60 * MINUTE_MS],
  ['again', true, MINUTE_MS],
  ['lost', true, MINUTE_MS],
  ['age', false, 30_000],
  ['again', false, 30_000],
] as const)('because of %s, started %s, customers are read again after %i ms and not before', (need, started, ms) => {
  expect(isCountDue({ askedAt, started }, need, afterMs(ms - 1))).toBe(false)
  expect(isCountDue({ askedAt, started }, need, afterMs(ms))).toBe(true)
})
