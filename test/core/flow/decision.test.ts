import { expect, test } from 'vitest'
import { decisionOf, type KnownProfile, type ReadCustomer } from '#app/core/flow/decision.ts'

const at = (time: string) => new Date(`2026-11-01T${time}Z`)
const fields = ['email', 'first_name']

function read(given: Partial<ReadCustomer> = {}): ReadCustomer {
  const reading = { kind: 'profile', hash: 'new', fields, updatedAt: at('10:00:00') } as const
  return { reading, readAt: at('10:05:00'), newestSeenAt: null, attempt: 1, ...given }
}

function known(given: Partial<KnownProfile> = {}): KnownProfile {
  return {
    state: 'synced',
    klaviyoId: '01A',
    hash: 'old',
    fields,
    shopifyUpdatedAt: at('09:00:00'),
    readAt: at('09:05:00'),
    inFlight: null,
    ...given,
  }
}

test('an unknown customer is pushed', () => {
  expect(decisionOf(read(), null, false)).toEqual({ kind: 'push', clears: null })
})

test('a profile that is delivered already is not pushed again', () => {
  expect(decisionOf(read(), known({ hash: 'new' }), false)).toEqual({ kind: 'unchanged' })
})

test('a profile with an open issue is pushed even if it did not change: someone is trying again', () => {
  expect(decisionOf(read(), known({ hash: 'new', state: 'issue' }), false)).toMatchObject({ kind: 'push' })
})

test('a field that was delivered and is gone is cleared', () => {
  expect(decisionOf(read(), known({ fields: [...fields, 'properties.loyalty_tier'] }), false)).toEqual({
    kind: 'push',
    clears: { attributes: [], location: [], properties: ['loyalty_tier'] },
  })
})

test('a read older than what a webhook spoke of is stale', () => {
  expect(decisionOf(read({ newestSeenAt: at('10:00:01') }), known(), false)).toEqual({ kind: 'stale' })
  expect(decisionOf(read({ newestSeenAt: at('10:00:00') }), known(), false)).toMatchObject({ kind: 'push' })
})

test('an older customer never overwrites a newer one', () => {
  expect(decisionOf(read(), known({ shopifyUpdatedAt: at('10:00:01') }), false)).toEqual({ kind: 'superseded' })
})

test('between two reads of the same updated_at the later one wins: a metafield changes without moving it', () => {
  const settledLater = known({ shopifyUpdatedAt: at('10:00:00'), readAt: at('10:05:01') })
  expect(decisionOf(read(), settledLater, false)).toEqual({ kind: 'superseded' })
  const settledEarlier = known({ shopifyUpdatedAt: at('10:00:00'), readAt: at('10:04:59') })
  expect(decisionOf(read(), settledEarlier, false)).toMatchObject({ kind: 'push' })
})

test('a customer in an import waits for it, unless it carries just this', () => {
  expect(decisionOf(read(), known({ inFlight: { hash: 'other' } }), false)).toEqual({ kind: 'in_flight' })
  expect(decisionOf(read(), known({ inFlight: { hash: 'new' } }), false)).toEqual({ kind: 'under_way' })
})

test('an erased customer is never sent', () => {
  expect(decisionOf(read(), null, true)).toEqual({ kind: 'erased' })
})

test('a customer that a webhook spoke of and the replica does not show yet is asked for again before it counts as gone', () => {
  const missing = { reading: { kind: 'gone' }, newestSeenAt: at('10:00:00') } as const
  expect(decisionOf(read({ ...missing, attempt: 1 }), null, false)).toEqual({ kind: 'stale' })
  expect(decisionOf(read({ ...missing, attempt: 3 }), null, false)).toEqual({ kind: 'gone' })
  expect(decisionOf(read({ reading: { kind: 'gone' } }), known(), false)).toEqual({ kind: 'gone' })
})

test('a reason stands in for a profile', () => {
  const noEmail = { kind: 'excluded', code: 'no_email', updatedAt: at('10:00:00') } as const
  expect(decisionOf(read({ reading: noEmail }), known(), false)).toMatchObject({ kind: 'excluded', code: 'no_email' })
})
