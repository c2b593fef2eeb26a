import { expect, test } from 'vitest'
import { decisionOf, type KnownProfile, type ReadCustomer, type SyncPurpose } from '#app/core/flow/decision.ts'
import { known } from './given-known.ts'

const at = (time: string) => new Date(`2026-11-01T${time}Z`)
const fields = ['email', 'first_name']

function read(given: Partial<ReadCustomer> = {}): ReadCustomer {
  const reading = { kind: 'profile', hash: 'new', fields, kept: [], updatedAt: at('10:00:00') } as const
  return { purpose: { kind: 'live' }, reading, readAt: at('10:05:00'), newestSeenAt: null, attempt: 1, ...given }
}

test('an unknown customer is pushed', () => {
  expect(decisionOf(read(), null, false)).toEqual({ kind: 'push', fieldsToClear: null })
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
    fieldsToClear: { attributes: [], location: [], properties: ['loyalty_tier'] },
  })
})

test('a read older than what a webhook reported is stale', () => {
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
  expect(decisionOf(read(), known({ inFlight: { hash: 'other' } }), false)).toEqual({ kind: 'wait_for_request' })
  expect(decisionOf(read(), known({ inFlight: { hash: 'new' } }), false)).toEqual({ kind: 'already_sending' })
})

test('an erased customer is never sent', () => {
  expect(decisionOf(read(), null, true)).toEqual({ kind: 'erased' })
})

test('a customer that a webhook reported and the replica does not show yet is read again before it counts as deleted', () => {
  const missing = { reading: { kind: 'gone' }, newestSeenAt: at('10:00:00') } as const
  expect(decisionOf(read({ ...missing, attempt: 1 }), null, false)).toEqual({ kind: 'stale' })
  expect(decisionOf(read({ ...missing, attempt: 3 }), null, false)).toEqual({ kind: 'gone' })
  expect(decisionOf(read({ reading: { kind: 'gone' } }), known(), false)).toEqual({ kind: 'gone' })
})

test('an issue is returned in place of a profile', () => {
  const noEmail = { kind: 'excluded', code: 'no_email', updatedAt: at('10:00:00') } as const
  expect(decisionOf(read({ reading: noEmail }), known(), false)).toMatchObject({ kind: 'excluded', code: 'no_email' })
})

const since = at('10:00:00')
const readFors: SyncPurpose[] = [
  { kind: 'live' },
  { kind: 'full' },
  { kind: 'compare', mappedSince: null },
  { kind: 'baseline', since: at('11:00:00') },
]
const changedAt = (time: string, hash = 'new') =>
  ({ kind: 'profile', hash, fields, kept: [], updatedAt: at(time) }) as const
/** A baseline customer, from when only future changes were chosen: Lockstep did not write what Klaviyo may have of it. */
const left = (given: Partial<KnownProfile> = {}) =>
  known({ state: 'excluded', klaviyoId: null, futureOnly: true, hash: 'old', fields: [], ...given })

test('a baseline keeps customers that have not changed since, and pushes those that have, to the millisecond', () => {
  const record = (updatedAt: string, row: KnownProfile | null) =>
    decisionOf(read({ purpose: { kind: 'baseline', since }, reading: changedAt(updatedAt) }), row, false).kind
  for (const row of [null, known(), left(), known({ state: 'issue' }), known({ state: 'pending', hash: null })]) {
    expect(record('09:59:59.999', row)).toBe('keep_baseline')
    expect(record('10:00:00.000', row)).toBe('push')
    expect(record('10:00:00.001', row)).toBe('push')
  }
})

test('a baseline records customers without an address, and with an issue, as any other read does', () => {
  const record = { purpose: { kind: 'baseline', since } } as const
  const noEmail = { kind: 'excluded', code: 'no_email', updatedAt: at('09:30:00') } as const
  const issue = { kind: 'issue', code: 'invalid_email', words: null, updatedAt: at('09:30:00') } as const
  expect(decisionOf(read({ ...record, reading: noEmail }), null, false)).toEqual(noEmail)
  expect(decisionOf(read({ ...record, reading: issue }), null, false)).toEqual(issue)
})

test('a comparison keeps a baseline customer that has not changed, and pushes one that differs', () => {
  const compare = (hash: string, row: KnownProfile | null) =>
    decisionOf(
      read({ purpose: { kind: 'compare', mappedSince: null }, reading: changedAt('10:00:00', hash) }),
      row,
      false,
    )
  expect(compare('old', left())).toEqual({ kind: 'keep_baseline' })
  expect(compare('new', left())).toEqual({ kind: 'push', fieldsToClear: null })
  expect(compare('new', left({ hash: null }))).toMatchObject({ kind: 'push' })
})

test('a comparison after the mapping changed keeps a baseline customer that has not been changed since', () => {
  const compare = (mappedSince: string, updatedAt: string, row: KnownProfile) =>
    decisionOf(
      read({
        purpose: { kind: 'compare', mappedSince: at(mappedSince) },
        reading: changedAt(updatedAt, 'mapped anew'),
      }),
      row,
      false,
    ).kind
  const row = left({ readAt: at('10:00:00'), shopifyUpdatedAt: at('09:00:00') })
  expect(compare('10:00:00.001', '09:00:00', row)).toBe('keep_baseline')
  expect(compare('10:00:00.001', '09:00:01', row)).toBe('push')
  expect(compare('10:00:00', '09:00:00', row)).toBe('push')
  expect(compare('11:00:00', '09:00:00', known({ state: 'issue', readAt: at('10:00:00') }))).toBe('push')
})

test('a comparison pushes customers that are unknown, were not delivered, or differ', () => {
  const comparison = read({ purpose: { kind: 'compare', mappedSince: null } })
  expect(decisionOf(comparison, null, false)).toMatchObject({ kind: 'push' })
  expect(decisionOf(comparison, known(), false)).toMatchObject({ kind: 'push' })
  expect(decisionOf(comparison, known({ state: 'issue', hash: 'new' }), false)).toMatchObject({ kind: 'push' })
})

test.each(['full', 'live'] as const)('a %s read keeps no baseline customer, changed or not', (kind) => {
  for (const hash of ['old', 'new']) {
    const reading = changedAt('10:00:00', hash)
    expect(decisionOf(read({ purpose: { kind }, reading }), left(), false)).toEqual({
      kind: 'push',
      fieldsToClear: null,
    })
  }
})

test.each(readFors)('whatever the purpose ($kind), a customer in sync is unchanged', (purpose) => {
  expect(decisionOf(read({ purpose }), known({ hash: 'new' }), false)).toEqual({ kind: 'unchanged' })
})

test.each(readFors)('whatever is read for ($kind), an erased customer is not sent, in an import or not', (purpose) => {
  expect(decisionOf(read({ purpose }), null, true)).toEqual({ kind: 'erased' })
  expect(decisionOf(read({ purpose }), left({ inFlight: { hash: 'new' } }), true)).toEqual({ kind: 'erased' })
  expect(decisionOf(read({ purpose, reading: { kind: 'gone' } }), known(), true)).toEqual({ kind: 'erased' })
})

test.each(readFors)('whatever is read for ($kind), an import that carries the customer comes first', (purpose) => {
  for (const row of [known({ hash: 'new' }), left({ hash: 'new' })]) {
    expect(decisionOf(read({ purpose }), { ...row, inFlight: { hash: 'other' } }, false)).toEqual({
      kind: 'wait_for_request',
    })
    expect(decisionOf(read({ purpose }), { ...row, inFlight: { hash: 'new' } }, false)).toEqual({
      kind: 'already_sending',
    })
    const gone = read({ purpose, reading: { kind: 'gone' } })
    expect(decisionOf(gone, { ...row, inFlight: { hash: 'new' } }, false)).toEqual({ kind: 'wait_for_request' })
  }
})

test.each(readFors)('whatever is read for ($kind), a read that failed or is too old decides nothing', (purpose) => {
  for (const row of [null, known({ hash: 'new' }), left({ hash: 'new' })]) {
    expect(decisionOf(read({ purpose, reading: { kind: 'unreadable' } }), row, false)).toEqual({ kind: 'stale' })
    expect(decisionOf(read({ purpose, newestSeenAt: at('10:00:01') }), row, false)).toEqual({ kind: 'stale' })
  }
})

test.each(readFors)('whatever the purpose ($kind), a newer read that was settled wins', (purpose) => {
  for (const row of [known({ hash: 'new' }), left({ hash: 'new' }), left()]) {
    const newer = { ...row, shopifyUpdatedAt: at('10:00:01') }
    expect(decisionOf(read({ purpose }), newer, false)).toEqual({ kind: 'superseded' })
    const readLater = { ...row, shopifyUpdatedAt: at('10:00:00'), readAt: at('10:05:01') }
    expect(decisionOf(read({ purpose }), readLater, false)).toEqual({ kind: 'superseded' })
  }
})

test.each(readFors)('whatever the purpose ($kind), a deleted customer is gone', (purpose) => {
  expect(decisionOf(read({ purpose, reading: { kind: 'gone' } }), left(), false)).toEqual({ kind: 'gone' })
})

const byRule = { kind: 'excluded', code: 'rule_tags', updatedAt: at('10:00:00') } as const
/** Excluded by a rule, but delivered once. */
const ruledOut = (given: Partial<KnownProfile> = {}) => known({ state: 'excluded', hash: 'new', ...given })

test.each(readFors)('whatever the purpose ($kind), a rule excludes a customer that it does not match', (purpose) => {
  const rows = [
    null,
    known(),
    known({ state: 'issue' }),
    known({ state: 'pending', hash: null }),
    known({ state: 'forgotten', hash: null, shopifyUpdatedAt: null }),
    ruledOut(),
    left(),
  ]
  for (const row of rows) expect(decisionOf(read({ purpose, reading: byRule }), row, false)).toEqual(byRule)
})

test.each(readFors)('whatever is read for ($kind), a rule waits for an import, and for a newer read', (purpose) => {
  const inFlight = known({ inFlight: { hash: 'new' } })
  expect(decisionOf(read({ purpose, reading: byRule }), inFlight, false)).toEqual({ kind: 'wait_for_request' })
  const newer = known({ shopifyUpdatedAt: at('10:00:01') })
  expect(decisionOf(read({ purpose, reading: byRule }), newer, false)).toEqual({ kind: 'superseded' })
  const stale = read({ purpose, reading: byRule, newestSeenAt: at('10:00:01') })
  expect(decisionOf(stale, known(), false)).toEqual({ kind: 'stale' })
  expect(decisionOf(read({ purpose, reading: byRule }), null, true)).toEqual({ kind: 'erased' })
})

test.each(readFors.filter(({ kind }) => kind !== 'baseline'))(
  'with purpose $kind, a customer that a rule excluded and that matches again is pushed, changed or not',
  (purpose) => {
    for (const row of [ruledOut(), ruledOut({ hash: 'old' }), ruledOut({ hash: null, fields: [] })])
      expect(decisionOf(read({ purpose }), row, false)).toMatchObject({ kind: 'push' })
  },
)

test('a baseline keeps a customer that a rule excluded and that matches again, like any other', () => {
  const record = (updatedAt: string) =>
    decisionOf(read({ purpose: { kind: 'baseline', since }, reading: changedAt(updatedAt) }), ruledOut(), false).kind
  expect(record('09:59:59.999')).toBe('keep_baseline')
  expect(record('10:00:00.000')).toBe('push')
})

test('a baseline customer that still matches and has not changed stays so when rules change', () => {
  const comparison = { purpose: { kind: 'compare', mappedSince: null } } as const
  expect(decisionOf(read(comparison), left({ hash: 'new' }), false)).toEqual({ kind: 'keep_baseline' })
})
