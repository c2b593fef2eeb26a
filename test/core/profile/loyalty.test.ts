import { expect, test } from 'vitest'
import {
  defaultLoyalty,
  isValidLoyalty,
  kindsWithNewSource,
  type LoyaltyChoice,
  type LoyaltyValues,
  loyaltyChanges,
  loyaltyValuesOf,
} from '#app/core/profile/loyalty.ts'
import { eventProperties, isWorthWaiting, metricNames } from '#app/core/profile/loyalty-event.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { type MappedValue, plainReading } from '#app/core/profile/mapped-values.ts'
import { parseChoice, storedChoice } from '#app/core/settings/settings.ts'
import { givenCustomer } from './given-customer.ts'
import { givenMapping, givenValue } from './given-mapping.ts'

const values = (points: LoyaltyValues['points'], tier: LoyaltyValues['tier'] = null): LoyaltyValues => ({
  points,
  tier,
})
const choice = (differs: Partial<LoyaltyChoice> = {}): LoyaltyChoice => ({ ...defaultLoyalty, on: true, ...differs })

test('loyalty activity is off for a merchant who never chose, with points and tier selected', () => {
  expect(storedChoice('loyalty', null)).toEqual({ on: false, recorded: ['points', 'tier'] })
  expect(storedChoice('loyalty', JSON.parse(JSON.stringify(choice())))).toEqual(choice())
})

test('the values are those that are sent', () => {
  expect(loyaltyValuesOf(givenCustomer(), defaultMapping, choice())).toEqual(values(250, 'Gold'))
  const only = givenMapping({ values: [givenValue({ meaning: 'points' })] })
  expect(loyaltyValuesOf(givenCustomer(), only, choice())).toEqual(values(250))
  const off = givenMapping({ values: [givenValue({ on: false, meaning: 'points' })] })
  expect(loyaltyValuesOf(givenCustomer(), off, choice())).toEqual(values(null))
  expect(loyaltyValuesOf(givenCustomer(), defaultMapping, choice({ recorded: [] }))).toEqual(values(null))
})

test.each([
  ['a list', { type: 'list.single_line_text_field', value: '["Gold"]' }, null],
  ['a long text', { type: 'multi_line_text_field', value: 'x'.repeat(256) }, null],
  ['an empty text', { type: 'single_line_text_field', value: '' }, null],
  ['a text', { type: 'single_line_text_field', value: 'Gold' }, 'Gold'],
  ['a truth', { type: 'boolean', value: 'false' }, false],
  ['an amount', { type: 'money', value: '{"amount":"5.50","currency_code":"CAD"}' }, 5.5],
])('%s is compared by %o', (_what, tier, expected) => {
  const customer = givenCustomer({ metafields: { 'loyalty.tier': tier } })
  expect(loyaltyValuesOf(customer, defaultMapping, choice()).tier).toBe(expected)
})

test('each value that differs is a change of its own', () => {
  expect(loyaltyChanges(values(250, 'Gold'), values(300, 'Black'))).toEqual([
    { kind: 'points', oldValue: 250, newValue: 300 },
    { kind: 'tier', oldValue: 'Gold', newValue: 'Black' },
  ])
  expect(loyaltyChanges(values(0), values(1))).toHaveLength(1)
  expect(loyaltyChanges(values(1), values(0))).toHaveLength(1)
})

test.each([
  ['the same', values(250, 'Gold'), values(250, 'Gold')],
  ['known for the first time', values(null), values(250, 'Gold')],
  ['gone', values(250, 'Gold'), values(null)],
  ['of another type', values('250'), values(250)],
])('a value that is %s is no change', (_what, before, now) => {
  expect(loyaltyChanges(before, now)).toEqual([])
})

test('an event holds both values, and for points the difference', () => {
  expect(eventProperties({ kind: 'points', oldValue: 300, newValue: 250 })).toEqual({
    old_value: 300,
    new_value: 250,
    change: -50,
  })
  expect(eventProperties({ kind: 'points', oldValue: 0.1, newValue: 0.3 })).toMatchObject({ change: 0.2 })
  expect(eventProperties({ kind: 'points', oldValue: 1, newValue: 9_007_199_254_740_991 })).toMatchObject({
    change: 9_007_199_254_740_990,
  })
  for (const [oldValue, newValue, change] of [
    [123_456_789_012.34, 0, -123_456_789_012.34],
    [123_456_789_012.34, 123_456_789_013.35, 1.01],
    [1e-7, 3e-7, 2e-7],
  ] as const) {
    expect(eventProperties({ kind: 'points', oldValue, newValue })).toMatchObject({ change })
  }
  expect(eventProperties({ kind: 'points', oldValue: 'few', newValue: 'many' })).not.toHaveProperty('change')
  expect(eventProperties({ kind: 'tier', oldValue: 1, newValue: 2 })).toEqual({ old_value: 1, new_value: 2 })
})

test('flows are built on the metrics’ names', () => {
  expect(metricNames).toEqual({ points: 'Loyalty points changed', tier: 'Loyalty tier changed' })
})

test('an event without a profile is tried for three days', () => {
  const at = new Date('2026-11-01T10:00:00Z')
  expect(isWorthWaiting(at, new Date('2026-11-04T09:59:59Z'))).toBe(true)
  expect(isWorthWaiting(at, new Date('2026-11-04T10:00:00Z'))).toBe(false)
})

const tierless = givenMapping({ values: [givenValue({ meaning: 'points' })] })

test.each([
  ['points and tier', choice(), defaultMapping, true],
  ['the points only', choice({ recorded: ['points'] }), tierless, true],
  ['nothing', choice({ recorded: [] }), defaultMapping, false],
  ['a value that is not sent', choice(), tierless, false],
  ['one that is not sent, switched off', choice({ on: false }), tierless, true],
])('%s can be chosen or not', (_what, chosen, mapping, isValid) => {
  expect(isValidLoyalty(chosen, mapping)).toBe(isValid)
})

test('a value that is read in another way than before is known by its kind', () => {
  const [points, tier] = defaultMapping.values as [MappedValue, MappedValue]
  const withTier = (changed: Partial<MappedValue>) => givenMapping({ values: [points, { ...tier, ...changed }] })
  const named = { ...plainReading, names: [{ value: '1', name: 'Gold' }] }
  expect(kindsWithNewSource(defaultMapping, withTier({ source: { kind: 'tag', prefix: 'tier:' } }))).toEqual(['tier'])
  expect(kindsWithNewSource(defaultMapping, withTier({ reading: named }))).toEqual(['tier'])
  expect(kindsWithNewSource(defaultMapping, withTier({ on: false }))).toEqual(['tier'])
  expect(kindsWithNewSource(defaultMapping, withTier({ name: 'rank' }))).toEqual([])
  expect(kindsWithNewSource(defaultMapping, defaultMapping)).toEqual([])
})

test.each([null, {}, { on: 'yes', recorded: [] }, { ...choice(), more: 1 }, { ...choice(), recorded: ['rank'] }])(
  '%j is no choice',
  (said) => {
    expect(parseChoice('loyalty', said)).toBeNull()
  },
)
