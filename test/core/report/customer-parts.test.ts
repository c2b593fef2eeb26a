import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reasonCodes, ruleCodes } from '#app/core/issue/reason-code.ts'
import { customerPartsOf, type StateCount, trackedOf } from '#app/core/report/customer-parts.ts'

const issues = ['invalid_email', 'profile_refused', 'too_large', 'identity_conflict', 'klaviyo_unavailable'] as const
const exclusions = [...ruleCodes, 'no_email', 'future_only', 'already_in_klaviyo'] as const

const counted = (state: StateCount['state'], codes: readonly StateCount['code'][]) =>
  fc.record({
    state: fc.constant(state),
    code: fc.constantFrom(...codes),
    profiles: fc.nat(10_000),
    everSynced: fc.nat(100),
  })

const counts = fc.array(
  fc.oneof(
    counted('synced', [null]),
    counted('excluded', exclusions),
    counted('issue', issues),
    counted('pending', [null, 'limit']),
    counted('gone', [null]),
    counted('forgotten', [null]),
  ),
  { maxLength: 20 },
)

test('the parts add up to all customers that are known, whatever they are', () => {
  fc.assert(
    fc.property(counts, fc.nat(500), fc.nat(500), (rows, synced, unknown) => {
      const { customers, leftOut, ...parts } = customerPartsOf(rows, { synced, unknown })
      const sum = Object.values({ ...parts, ...leftOut }).reduce((total, amount) => total + amount, 0)
      expect(sum).toBe(customers)
      const known = rows.filter(({ state }) => state !== 'gone').reduce((total, { profiles }) => total + profiles, 0)
      expect(customers).toBe(known + unknown)
      for (const amount of Object.values({ ...parts, ...leftOut })) expect(amount).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('a customer in sync that has changed waits, and is counted once', () => {
  const rows: StateCount[] = [{ state: 'synced', code: null, profiles: 10, everSynced: 10 }]
  expect(customerPartsOf(rows, { synced: 3, unknown: 2 })).toMatchObject({ customers: 12, inSync: 7, waiting: 5 })
  expect(trackedOf(rows)).toBe(10)
})

test('every reason there is belongs to one part', () => {
  const stateOf = (code: (typeof reasonCodes)[number]) =>
    code === 'limit' ? 'pending' : (exclusions as readonly string[]).includes(code) ? 'excluded' : 'issue'
  for (const code of reasonCodes) {
    const rows: StateCount[] = [{ state: stateOf(code), code, profiles: 1, everSynced: 0 }]
    const { customers, leftOut, ...parts } = customerPartsOf(rows, { synced: 0, unknown: 0 })
    expect([customers, ...Object.values({ ...parts, ...leftOut }).filter((amount) => amount > 0)], code).toEqual([1, 1])
  }
})
