import { expect, test } from 'vitest'
import { attemptsFor, backoffMs, MAX_UNANSWERED } from '#app/core/flow/backoff.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

test('attempts in a row are counted by cause: another cause starts at one', () => {
  expect(attemptsFor('shopify_away', { waitsFor: null, attempt: 0 })).toBe(1)
  expect(attemptsFor('shopify_away', { waitsFor: 'shopify_away', attempt: 7 })).toBe(8)
  expect(attemptsFor('shopify_away', { waitsFor: 'klaviyo_away', attempt: 7 })).toBe(1)
})

test('a run waits for hours before it gives up, and never longer than a quarter of an hour at once', () => {
  const waits = Array.from({ length: MAX_UNANSWERED }, (_, i) => backoffMs(i + 1, 'run'))
  expect(Math.max(...waits)).toBeLessThanOrEqual(15 * MINUTE_MS)
  const total = waits.reduce((sum, ms) => sum + ms, 0)
  expect(total).toBeGreaterThan(12 * HOUR_MS)
  expect(total).toBeLessThan(24 * HOUR_MS)
})
