import { expect, test } from 'vitest'
import { sourceAppOf } from '#app/core/loyalty/source-app.ts'
import {
  defaultLoyalty,
  isValidLoyalty,
  kindsWithNewSource,
  type LoyaltyChoice,
  type LoyaltyValues,
  loyaltyChanges,
  loyaltyValuesOf,
  storedMeanings,
} from '#app/core/profile/loyalty.ts'
import { eventProperties, isWorthWaiting, loyaltyEvent, metricName } from '#app/core/profile/loyalty-event.ts'
import { type ComputedField, computedOn, defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { type MappedValue, meanings, plainReading, type ValueReading } from '#app/core/profile/mapped-values.ts'
import type { PropertyItem } from '#app/core/profile/profile.ts'
import { parseChoice, storedChoice } from '#app/core/settings/settings.ts'
import { givenCustomer } from './given-customer.ts'
import { givenMapping, givenValue } from './given-mapping.ts'

const values = (points: PropertyItem | null, tier: PropertyItem | null = null): LoyaltyValues => ({ points, tier })
const choice = (differs: Partial<LoyaltyChoice> = {}): LoyaltyChoice => ({ ...defaultLoyalty, on: true, ...differs })

test('loyalty activity is off for a merchant who never chose, with points and tier selected', () => {
  expect(storedChoice('loyalty', null)).toEqual({ on: false, recorded: ['points', 'tier'] })
  expect(storedChoice('loyalty', JSON.parse(JSON.stringify(choice())))).toEqual(choice())
})

test('the values are those that are sent', () => {
  expect(loyaltyValuesOf(givenCustomer(), defaultMapping, ['points', 'tier'])).toEqual(values(250, 'Gold'))
  const only = givenMapping({ values: [givenValue({ meaning: 'points' })] })
  expect(loyaltyValuesOf(givenCustomer(), only, ['points', 'tier'])).toEqual({ points: 250 })
  const off = givenMapping({ values: [givenValue({ on: false, meaning: 'points' })] })
  expect(loyaltyValuesOf(givenCustomer(), off, ['points'])).toEqual({})
  expect(loyaltyValuesOf(givenCustomer(), defaultMapping, [])).toEqual({})
})

test('a customer without a value is known to have none; of a value that is not known yet, or wrong, nothing is known', () => {
  const read = (value: string, reading: Partial<ValueReading>) => {
    const customer = givenCustomer({ metafields: { 'loyalty.points': { type: 'single_line_text_field', value } } })
    return loyaltyValuesOf(customer, givenMapping({ values: [givenValue({ meaning: 'points', reading })] }), ['points'])
  }
  expect(read('-', { nothing: ['-'] })).toEqual({ points: null })
  expect(read('', {})).toEqual({ points: null })
  expect(read('', { blank: 'unknown' })).toEqual({})
  expect(read('many', { as: 'number' })).toEqual({})
})

test('values are stored for events, and for the times that are sent', () => {
  const mapping = (on: Partial<Record<ComputedField, boolean>>) =>
    givenMapping({
      values: [...defaultMapping.values, givenValue({ key: 'link', meaning: 'referral_link' })],
      computed: {
        tierSince: { ...computedOn.tierSince, on: on.tierSince ?? false },
        lastChanged: { ...computedOn.lastChanged, on: on.lastChanged ?? false },
      },
    })
  const stored = (on: Parameters<typeof mapping>[0], loyalty: LoyaltyChoice) =>
    storedMeanings({ mapping: mapping(on), loyalty })
  expect(stored({}, defaultLoyalty)).toEqual([])
  expect(stored({}, choice({ recorded: ['points', 'status'] })), 'only what is sent').toEqual(['points'])
  expect(stored({ tierSince: true }, choice({ recorded: ['points'] }))).toEqual(['points', 'tier'])
  expect(stored({ tierSince: true }, defaultLoyalty)).toEqual(['tier'])
  expect(stored({ lastChanged: true }, defaultLoyalty)).toEqual(['points', 'tier', 'referral_link'])
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
  expect(loyaltyValuesOf(customer, defaultMapping, ['tier']).tier).toBe(expected)
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
  expect(meanings.map(metricName).slice(0, 3)).toEqual([
    'Loyalty points changed',
    'Loyalty tier changed',
    'Loyalty value changed',
  ])
  expect(new Set(meanings.map(metricName)).size).toBe(3)
})

const oneValue = (differs: Parameters<typeof givenValue>[0]) => givenMapping({ values: [givenValue(differs)] })

test('an event says which value changed, in which direction, and from which app it comes', () => {
  const spent = oneValue({ meaning: 'lifetime_points', name: 'Loyalty Lifetime Points', namespace: 'mage' })
  const event = loyaltyEvent({ kind: 'lifetime_points', oldValue: 900, newValue: 950 }, spent)
  expect(eventProperties(event)).toEqual({
    ...{ old_value: 900, new_value: 950, change: 50, direction: 'up' },
    ...{ value_name: 'Loyalty Lifetime Points', source_app: 'Mage' },
  })
  const link = oneValue({ meaning: 'referral_link', name: 'Link' })
  expect(eventProperties(loyaltyEvent({ kind: 'referral_link', oldValue: 'a', newValue: 'b' }, link))).toEqual({
    ...{ old_value: 'a', new_value: 'b', value_name: 'Link' },
  })
  expect(loyaltyEvent({ kind: 'points', oldValue: 2, newValue: 1 }, defaultMapping).direction).toBe('down')
})

test('a tier goes up or down by the order of the row’s names, if both tiers are among them', () => {
  const names = ['Bronze', 'Silver', 'Gold'].map((name, i) => ({ value: `t${i}`, name }))
  const row = oneValue({ meaning: 'tier', reading: { names } })
  const direction = (oldValue: PropertyItem, newValue: PropertyItem, mapping = row) =>
    loyaltyEvent({ kind: 'tier', oldValue, newValue }, mapping).direction
  expect(direction('Bronze', 'Gold')).toBe('up')
  expect(direction('Gold', 'Silver')).toBe('down')
  expect(direction('Gold', 'Black')).toBeUndefined()
  expect(direction(1, 2), 'the first may be the highest').toBeUndefined()
  expect(direction('Bronze', 'Gold', defaultMapping)).toBeUndefined()
})

test.each([
  ['Smile', { namespace: 'smile', key: 'vip_tier_name' }],
  ['Rivo', { namespace: 'custom', key: 'rivo' }],
  ['Rivo', { namespace: 'app--1234567--rivo', key: 'points_balance' }],
  ['Joy', { namespace: 'avada_joy', key: 'point' }],
  ['Appstle', { namespace: 'app--99--appstle_loyalty', key: 'customer_loyalty' }],
  ['Okendo', { namespace: 'app--5--okendo', key: 'points' }],
  ['LoyaltyLion', { namespace: 'loyaltylion', key: 'loyalty_tier' }],
  ['Growave', { namespace: 'growave', key: 'referral_link' }],
  ['easyPoints', { namespace: 'loyalty', key: 'tier_uid' }],
  ['Inveterate', { namespace: 'inveterate', key: 'balance' }],
  ['Mage', { namespace: 'mage', key: 'loyalty' }],
  ['memberr', { namespace: 'app--60169453569--memberr_v2', key: 'current_balance' }],
  [null, { namespace: 'loyalty', key: 'points' }],
  [null, { namespace: 'custom', key: 'points' }],
  [null, { namespace: 'constructor', key: '__proto__' }],
])('%s is known by its metafield %j', (app, at) => {
  expect(sourceAppOf(givenValue(at).source)).toBe(app)
})

test('apps are known by their tags as well', () => {
  expect(sourceAppOf({ kind: 'tag', prefix: 'Rivo Membership Tier: ' })).toBe('Rivo')
  expect(sourceAppOf({ kind: 'tag', prefix: 'inveterate-tier#' })).toBe('Inveterate')
  expect(sourceAppOf({ kind: 'tag', prefix: 'vip:' })).toBeNull()
  expect(sourceAppOf({ kind: 'store_credit' })).toBeNull()
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
  expect(kindsWithNewSource(defaultMapping, withTier({ reading: { ...plainReading, blank: 'unknown' } }))).toEqual([])
  expect(kindsWithNewSource(defaultMapping, defaultMapping)).toEqual([])
})

test.each([null, {}, { on: 'yes', recorded: [] }, { ...choice(), more: 1 }, { ...choice(), recorded: ['rank'] }])(
  '%j is no choice',
  (said) => {
    expect(parseChoice('loyalty', said)).toBeNull()
  },
)
