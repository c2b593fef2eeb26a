import { expect, test } from 'vitest'
import { RETRY_BATCH, RETRY_IN_BULK_BATCH, retryBatch } from '#app/core/flow/retry-pace.ts'

const shop = { remaining: 200_000, catchUpMarks: 4_000, hasOpenRun: false, futureOnly: false }

test('very many are marked at once, because a catch-up run reads them', () => {
  expect(retryBatch(shop)).toBe(RETRY_IN_BULK_BATCH)
  expect(retryBatch({ ...shop, remaining: 4_001 })).toBe(RETRY_IN_BULK_BATCH)
})

test('few are marked little by little, and many, too, while no catch-up run can start', () => {
  expect(retryBatch({ ...shop, remaining: 4_000 })).toBe(RETRY_BATCH)
  expect(retryBatch({ ...shop, hasOpenRun: true })).toBe(RETRY_BATCH)
  expect(retryBatch({ ...shop, futureOnly: true })).toBe(RETRY_BATCH)
})
