import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs, MAX_ATTEMPTS } from '#app/core/flow/backoff.ts'
import type { PushOutcome } from '#app/core/flow/push-outcome.ts'
import { settlementOf, staleSettlementOf } from '#app/core/flow/settlement.ts'
import type { CustomerId } from '#app/core/ids.ts'

const now = new Date('2026-11-01T10:00:00Z')
const push = (attempt: number) => ({ customerId: '1' as CustomerId, attempt })

test('accepted is synced; refused is an issue with Klaviyo’s words', () => {
  expect(settlementOf(push(1), { kind: 'accepted', klaviyoId: '01A' }, now)).toEqual({
    kind: 'synced',
    klaviyoId: '01A',
  })
  expect(
    settlementOf(
      push(1),
      { kind: 'refused', code: 'invalid_email', words: 'Invalid email address', conflictsWith: null, fields: [] },
      now,
    ),
  ).toEqual({
    kind: 'issue',
    code: 'invalid_email',
    words: 'Invalid email address',
    conflictsWith: null,
  })
})

test('a throttled account waits as long as Klaviyo says, and no attempt is used up however often', () => {
  const settled = settlementOf(push(MAX_ATTEMPTS + 5), { kind: 'throttled', retryAfterMs: 7_000 }, now)
  expect(settled).toEqual({ kind: 'wait', notBefore: new Date('2026-11-01T10:00:07Z') })
})

test('no answer is tried again, later each time, and becomes an issue after the last try', () => {
  expect(settlementOf(push(1), { kind: 'unavailable' }, now)).toMatchObject({ kind: 'retry' })
  expect(settlementOf(push(MAX_ATTEMPTS), { kind: 'unavailable' }, now)).toEqual({
    kind: 'issue',
    code: 'klaviyo_unavailable',
    words: null,
    conflictsWith: null,
  })
  expect(staleSettlementOf(push(MAX_ATTEMPTS), now)).toMatchObject({ kind: 'issue', code: 'shopify_stale' })
})

const outcomes: fc.Arbitrary<PushOutcome> = fc.oneof(
  fc.record({ kind: fc.constant('accepted' as const), klaviyoId: fc.string() }),
  fc.record({
    kind: fc.constant('refused' as const),
    code: fc.constant('profile_refused' as const),
    words: fc.string(),
    conflictsWith: fc.option(fc.string()),
    fields: fc.array(fc.string()),
  }),
  fc.record({ kind: fc.constant('throttled' as const), retryAfterMs: fc.nat() }),
  fc.constant({ kind: 'unavailable' as const }),
  fc.constant({ kind: 'unauthorized' as const }),
)

test('whatever Klaviyo answers, a customer is in sync, has an issue, or is tried again later', () => {
  fc.assert(
    fc.property(outcomes, fc.integer({ min: 1, max: 50 }), (outcome, attempt) => {
      const settled = settlementOf(push(attempt), outcome, now)
      if (settled.kind === 'retry' || settled.kind === 'wait') expect(settled.notBefore >= now).toBe(true)
      else expect(['synced', 'issue']).toContain(settled.kind)
    }),
  )
})

test('waits grow and never pass a quarter of an hour; two customers do not come back together', () => {
  const waits = Array.from({ length: MAX_ATTEMPTS }, (_, i) => backoffMs(i + 1, 'a'))
  expect(Math.max(...waits)).toBeLessThanOrEqual(15 * 60_000)
  expect(waits[6]).toBeGreaterThan(waits[1]!)
  expect(backoffMs(5, 'a')).not.toBe(backoffMs(5, 'b'))
})
