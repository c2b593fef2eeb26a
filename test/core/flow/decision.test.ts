import { expect, test } from 'vitest'
import { decisionOf, type KnownProfile, type ReadCustomer, type ReadFor } from '#app/core/flow/decision.ts'

const at = (time: string) => new Date(`2026-11-01T${time}Z`)
const fields = ['email', 'first_name']

function read(given: Partial<ReadCustomer> = {}): ReadCustomer {
  const reading = { kind: 'profile', hash: 'new', fields, updatedAt: at('10:00:00') } as const
  return { readFor: { kind: 'change' }, reading, readAt: at('10:05:00'), newestSeenAt: null, attempt: 1, ...given }
}

function known(given: Partial<KnownProfile> = {}): KnownProfile {
  return {
    state: 'synced',
    klaviyoId: '01A',
    futureOnly: false,
    omitted: [],
    sentTo: null,
    conflictsWith: null,
    hash: 'old',
    fields,
    isNew: false,
    atLimit: false,
    offList: false,
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

const since = at('10:00:00')
const readFors: ReadFor[] = [
  { kind: 'change' },
  { kind: 'full' },
  { kind: 'comparison', mappedSince: null },
  { kind: 'record', since: at('11:00:00') },
]
const changedAt = (time: string, hash = 'new') => ({ kind: 'profile', hash, fields, updatedAt: at(time) }) as const
/** Left out when only future changes were asked for: what Klaviyo may hold of them Lockstep did not write. */
const left = (given: Partial<KnownProfile> = {}) =>
  known({ state: 'excluded', klaviyoId: null, futureOnly: true, hash: 'old', fields: [], ...given })

test('a baseline leaves whoever has not changed since, and pushes who has, to the millisecond', () => {
  const record = (updatedAt: string, row: KnownProfile | null) =>
    decisionOf(read({ readFor: { kind: 'record', since }, reading: changedAt(updatedAt) }), row, false).kind
  for (const row of [null, known(), left(), known({ state: 'issue' }), known({ state: 'pending', hash: null })]) {
    expect(record('09:59:59.999', row)).toBe('left')
    expect(record('10:00:00.000', row)).toBe('push')
    expect(record('10:00:00.001', row)).toBe('push')
  }
})

test('a baseline notes who has no address, and who cannot be sent, as any other read does', () => {
  const record = { readFor: { kind: 'record', since } } as const
  const noEmail = { kind: 'excluded', code: 'no_email', updatedAt: at('09:30:00') } as const
  const issue = { kind: 'issue', code: 'invalid_email', words: null, updatedAt: at('09:30:00') } as const
  expect(decisionOf(read({ ...record, reading: noEmail }), null, false)).toEqual(noEmail)
  expect(decisionOf(read({ ...record, reading: issue }), null, false)).toEqual(issue)
})

test('a comparison leaves who was left out and is as they were, and pushes who differs', () => {
  const compare = (hash: string, row: KnownProfile | null) =>
    decisionOf(
      read({ readFor: { kind: 'comparison', mappedSince: null }, reading: changedAt('10:00:00', hash) }),
      row,
      false,
    )
  expect(compare('old', left())).toEqual({ kind: 'left' })
  expect(compare('new', left())).toEqual({ kind: 'push', clears: null })
  expect(compare('new', left({ hash: null }))).toMatchObject({ kind: 'push' })
})

test('a comparison after the mapping changed leaves who was left out before it and has not been touched since', () => {
  const compare = (mappedSince: string, updatedAt: string, row: KnownProfile) =>
    decisionOf(
      read({
        readFor: { kind: 'comparison', mappedSince: at(mappedSince) },
        reading: changedAt(updatedAt, 'mapped anew'),
      }),
      row,
      false,
    ).kind
  const row = left({ readAt: at('10:00:00'), shopifyUpdatedAt: at('09:00:00') })
  expect(compare('10:00:00.001', '09:00:00', row)).toBe('left')
  expect(compare('10:00:00.001', '09:00:01', row)).toBe('push')
  expect(compare('10:00:00', '09:00:00', row)).toBe('push')
  expect(compare('11:00:00', '09:00:00', known({ state: 'issue', readAt: at('10:00:00') }))).toBe('push')
})

test('a comparison pushes whom nobody knows, who was not delivered, and who differs', () => {
  const comparison = read({ readFor: { kind: 'comparison', mappedSince: null } })
  expect(decisionOf(comparison, null, false)).toMatchObject({ kind: 'push' })
  expect(decisionOf(comparison, known(), false)).toMatchObject({ kind: 'push' })
  expect(decisionOf(comparison, known({ state: 'issue', hash: 'new' }), false)).toMatchObject({ kind: 'push' })
})

test.each(['full', 'change'] as const)('for a %s read nobody stays left out, changed or not', (kind) => {
  for (const hash of ['old', 'new']) {
    const reading = changedAt('10:00:00', hash)
    expect(decisionOf(read({ readFor: { kind }, reading }), left(), false)).toEqual({ kind: 'push', clears: null })
  }
})

test.each(readFors)('whatever is read for ($kind), who is in step as they are is unchanged', (readFor) => {
  expect(decisionOf(read({ readFor }), known({ hash: 'new' }), false)).toEqual({ kind: 'unchanged' })
})

test.each(readFors)('whatever is read for ($kind), an erased customer is not sent, in an import or not', (readFor) => {
  expect(decisionOf(read({ readFor }), null, true)).toEqual({ kind: 'erased' })
  expect(decisionOf(read({ readFor }), left({ inFlight: { hash: 'new' } }), true)).toEqual({ kind: 'erased' })
  expect(decisionOf(read({ readFor, reading: { kind: 'gone' } }), known(), true)).toEqual({ kind: 'erased' })
})

test.each(readFors)('whatever is read for ($kind), an import that carries the customer comes first', (readFor) => {
  for (const row of [known({ hash: 'new' }), left({ hash: 'new' })]) {
    expect(decisionOf(read({ readFor }), { ...row, inFlight: { hash: 'other' } }, false)).toEqual({ kind: 'in_flight' })
    expect(decisionOf(read({ readFor }), { ...row, inFlight: { hash: 'new' } }, false)).toEqual({ kind: 'under_way' })
    const gone = read({ readFor, reading: { kind: 'gone' } })
    expect(decisionOf(gone, { ...row, inFlight: { hash: 'new' } }, false)).toEqual({ kind: 'in_flight' })
  }
})

test.each(readFors)('whatever is read for ($kind), a read that failed or is too old decides nothing', (readFor) => {
  for (const row of [null, known({ hash: 'new' }), left({ hash: 'new' })]) {
    expect(decisionOf(read({ readFor, reading: { kind: 'unreadable' } }), row, false)).toEqual({ kind: 'stale' })
    expect(decisionOf(read({ readFor, newestSeenAt: at('10:00:01') }), row, false)).toEqual({ kind: 'stale' })
  }
})

test.each(readFors)('whatever is read for ($kind), a newer read that was settled stands', (readFor) => {
  for (const row of [known({ hash: 'new' }), left({ hash: 'new' }), left()]) {
    const newer = { ...row, shopifyUpdatedAt: at('10:00:01') }
    expect(decisionOf(read({ readFor }), newer, false)).toEqual({ kind: 'superseded' })
    const readLater = { ...row, shopifyUpdatedAt: at('10:00:00'), readAt: at('10:05:01') }
    expect(decisionOf(read({ readFor }), readLater, false)).toEqual({ kind: 'superseded' })
  }
})

test.each(readFors)('whatever is read for ($kind), who is gone is gone', (readFor) => {
  expect(decisionOf(read({ readFor, reading: { kind: 'gone' } }), left(), false)).toEqual({ kind: 'gone' })
})

const byRule = { kind: 'excluded', code: 'rule_tags', updatedAt: at('10:00:00') } as const
/** Left out by a rule, though delivered once. */
const ruledOut = (given: Partial<KnownProfile> = {}) => known({ state: 'excluded', hash: 'new', ...given })

test.each(readFors)('whatever is read for ($kind), a rule leaves out whom it does not match', (readFor) => {
  const rows = [
    null,
    known(),
    known({ state: 'issue' }),
    known({ state: 'pending', hash: null }),
    known({ state: 'forgotten', hash: null, shopifyUpdatedAt: null }),
    ruledOut(),
    left(),
  ]
  for (const row of rows) expect(decisionOf(read({ readFor, reading: byRule }), row, false)).toEqual(byRule)
})

test.each(readFors)('whatever is read for ($kind), a rule waits for an import, and for a newer read', (readFor) => {
  const inFlight = known({ inFlight: { hash: 'new' } })
  expect(decisionOf(read({ readFor, reading: byRule }), inFlight, false)).toEqual({ kind: 'in_flight' })
  const newer = known({ shopifyUpdatedAt: at('10:00:01') })
  expect(decisionOf(read({ readFor, reading: byRule }), newer, false)).toEqual({ kind: 'superseded' })
  const stale = read({ readFor, reading: byRule, newestSeenAt: at('10:00:01') })
  expect(decisionOf(stale, known(), false)).toEqual({ kind: 'stale' })
  expect(decisionOf(read({ readFor, reading: byRule }), null, true)).toEqual({ kind: 'erased' })
})

test.each(readFors.filter(({ kind }) => kind !== 'record'))(
  'read for a $kind, who was left out by a rule and matches again is pushed, changed or not',
  (readFor) => {
    for (const row of [ruledOut(), ruledOut({ hash: 'old' }), ruledOut({ hash: null, fields: [] })])
      expect(decisionOf(read({ readFor }), row, false)).toMatchObject({ kind: 'push' })
  },
)

test('a baseline leaves who was left out by a rule and matches again as anybody else', () => {
  const record = (updatedAt: string) =>
    decisionOf(read({ readFor: { kind: 'record', since }, reading: changedAt(updatedAt) }), ruledOut(), false).kind
  expect(record('09:59:59.999')).toBe('left')
  expect(record('10:00:00.000')).toBe('push')
})

test('who was left as they were, still matches and has not changed stays so when rules change', () => {
  const comparison = { readFor: { kind: 'comparison', mappedSince: null } } as const
  expect(decisionOf(read(comparison), left({ hash: 'new' }), false)).toEqual({ kind: 'left' })
})
