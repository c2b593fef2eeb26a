import { expect, test } from 'vitest'
import type { Endpoint } from '#app/core/flow/budget.ts'
import { blockCalls, findBlockedUntil, reserveCalls } from '#app/store/klaviyo-budgets.ts'
import { at, useStore } from './given-store.ts'

useStore()

const upsert: Endpoint = {
  name: 'upsert',
  limits: [
    { calls: 20, spanMs: 1_000 },
    { calls: 60, spanMs: 60_000 },
  ],
}
const other: Endpoint = { name: 'other', limits: upsert.limits }

test('however many take from an account’s allowance at once, together they get what it holds', async () => {
  const grants = await Promise.all(
    Array.from({ length: 25 }, () => reserveCalls('crowd', upsert, { wanted: 3, now: at('10:00:00') })),
  )
  expect(grants.reduce((total, { granted }) => total + granted, 0)).toBe(19)
  for (const { granted, waitMs } of grants) if (granted < 3) expect(waitMs).toBeGreaterThan(0)
})

test('accounts and endpoints have allowances of their own', async () => {
  await reserveCalls('one', upsert, { wanted: 100, now: at('10:00:00') })
  expect(await reserveCalls('one', upsert, { wanted: 1, now: at('10:00:00') })).toMatchObject({ granted: 0 })
  expect(await reserveCalls('one', other, { wanted: 1, now: at('10:00:00') })).toMatchObject({ granted: 1 })
  expect(await reserveCalls('two', upsert, { wanted: 1, now: at('10:00:00') })).toMatchObject({ granted: 1 })
})

test('after a 429 the endpoint gives nothing before its time, and the account says until when', async () => {
  await blockCalls('throttled', upsert, at('10:00:07'))
  expect(await reserveCalls('throttled', upsert, { wanted: 1, now: at('10:00:00') })).toEqual({
    granted: 0,
    usedShare: 1,
    waitMs: 7_000,
  })
  expect(await findBlockedUntil('throttled', at('10:00:06'))).toEqual(at('10:00:07'))
  expect(await reserveCalls('throttled', other, { wanted: 1, now: at('10:00:00') })).toMatchObject({ granted: 1 })

  expect(await reserveCalls('throttled', upsert, { wanted: 1, now: at('10:00:07') })).toMatchObject({ granted: 1 })
  expect(await findBlockedUntil('throttled', at('10:00:07'))).toBeNull()
})

test('a shorter wait does not end a longer one', async () => {
  await blockCalls('longer', upsert, at('10:01:00'))
  await blockCalls('longer', upsert, at('10:00:05'))
  expect(await findBlockedUntil('longer', at('10:00:00'))).toEqual(at('10:01:00'))
})
