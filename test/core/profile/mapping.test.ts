import { expect, test } from 'vitest'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import { clearableBy, fieldsOf, forgottenAfter } from '#app/core/profile/clearable-fields.ts'
import { mapCustomer } from '#app/core/profile/map-customer.ts'
import {
  computedOff,
  computedOn,
  defaultMapping,
  type Mapping,
  mappingsEquivalent,
} from '#app/core/profile/mapped-fields.ts'
import { isFaulty, MAX_VALUES, mappingFaults } from '#app/core/profile/mapping-faults.ts'
import { sentValueOf } from '#app/core/profile/metafield-value.ts'
import { plainSharing } from '#app/core/profile/sharing.ts'
import { defaultInForce } from '#app/core/settings/mapping.ts'
import { parseChoice, storedChoice } from '#app/core/settings/settings.ts'
import { mappingShape } from '#app/core/settings/shapes/mapping.ts'
import { givenCustomer } from './given-customer.ts'
import { givenMapping, givenValue } from './given-mapping.ts'

const textUnder = (mapping: Mapping) =>
  canonicalProfile(mapCustomer(givenCustomer(), 'ada@example.com', mapping).profile)
const propertiesUnder = (mapping: Mapping, fields: Parameters<typeof givenCustomer>[0] = {}) =>
  mapCustomer(givenCustomer(fields), 'ada@example.com', mapping).profile.properties

test('a shop that never chose sends, to the letter, what it has always sent', () => {
  expect(textUnder(storedChoice('mapping', null))).toBe(
    '{"email":"ada@example.com","first_name":"Ada","last_name":"Lovelace","locale":"en",' +
      '"location":{"address1":"Unter den Linden 1","city":"Berlin","country":"Germany","zip":"10117"},' +
      '"phone_number":"+493012345678","properties":{"loyalty_points":250,"loyalty_tier":"Gold",' +
      '"shopify_account_state":"ENABLED","shopify_amount_spent":129.5,"shopify_currency":"EUR","shopify_customer_id":"7064055069303700840",' +
      '"shopify_email_consent":"SUBSCRIBED","shopify_order_count":3,"shopify_sms_consent":"NOT_SUBSCRIBED",' +
      '"shopify_tags":["b2b","vip"]}}',
  )
})

test('what is saved without a change sends the same as what was never saved', () => {
  const saved = storedChoice('mapping', JSON.parse(JSON.stringify(defaultMapping)))
  expect(saved).toEqual(defaultMapping)
  expect(mappingsEquivalent(saved, defaultMapping)).toBe(true)
})

const externalIdSent = givenMapping({ attributes: { ...defaultMapping.attributes, external_id: true } })

test('the external id is the customer number, and is sent only if it was chosen', () => {
  expect(textUnder(defaultMapping)).not.toContain('external_id')
  expect(textUnder(externalIdSent)).toContain('{"email":"ada@example.com","external_id":"7064055069303700840",')
  expect(mappingsEquivalent(defaultMapping, externalIdSent)).toBe(false)
  expect(fieldsOf(externalIdSent, plainSharing)).toContain('external_id')
  expect(fieldsOf(defaultMapping, plainSharing)).not.toContain('external_id')
})

test('a mapping that was saved before there was an external id is read as one without', () => {
  const { external_id: _, ...attributes } = defaultMapping.attributes
  const saved = storedChoice('mapping', { ...defaultMapping, attributes })
  expect(saved).toEqual(defaultMapping)
  expect(mappingsEquivalent(saved, defaultMapping)).toBe(true)
})

test.each([
  ['number_integer', '250', 250],
  ['number_decimal', '12.50', 12.5],
  ['number_integer', 'many', 'many'],
  ['boolean', 'true', true],
  ['boolean', 'false', false],
  ['date', '2026-11-01', '2026-11-01'],
  ['date_time', '2026-11-01T10:00:00', '2026-11-01T10:00:00Z'],
  ['date_time', '2026-11-01T10:00:00Z', '2026-11-01T10:00:00Z'],
  ['date_time', '2026-11-01T10:00:00+02:00', '2026-11-01T10:00:00+02:00'],
  ['date_time', 'soon', 'soon'],
  ['single_line_text_field', ' as it is ', ' as it is '],
  ['url', 'https://example.com/r/1', 'https://example.com/r/1'],
  ['json', '{"a":1}', '{"a":1}'],
  ['rating', '{"value":"4","scale_max":"5"}', '{"value":"4","scale_max":"5"}'],
  ['product_reference', 'gid://shopify/Product/1', 'gid://shopify/Product/1'],
  ['list.single_line_text_field', '["a","b"]', ['a', 'b']],
  ['list.number_integer', '[1,2]', [1, 2]],
  ['list.number_decimal', '["1.5","2"]', [1.5, 2]],
  ['list.date_time', '["2026-11-01T10:00:00"]', ['2026-11-01T10:00:00Z']],
  ['list.weight', '[{"value":1,"unit":"kg"}]', ['{"value":1,"unit":"kg"}']],
  ['list.single_line_text_field', '[]', []],
  ['list.single_line_text_field', 'no list', 'no list'],
  ['a_type_of_tomorrow', 'text', 'text'],
  ['boolean', 'True', 'True'],
  ['boolean', '1', '1'],
  ['number_decimal', '9999999999999.999999999', '9999999999999.999999999'],
  ['number_decimal', '0.1000000000000000055', '0.1000000000000000055'],
  ['number_decimal', '-0.50', -0.5],
  ['number_decimal', '0.000000001', 1e-9],
  ['number_decimal', '0x1F', '0x1F'],
  ['number_decimal', ' ', ' '],
  ['number_integer', '9007199254740993', '9007199254740993'],
  ['number_integer', '-9007199254740991', -9007199254740991],
  ['number_integer', '9007199254740992', 9007199254740992],
  ['number_integer', '10000000000000000000000', 1e22],
  ['number_integer', '007', 7],
  ['list.number_integer', '[9007199254740993,2]', ['9007199254740993', 2]],
  ['list.number_decimal', '["9999999999999.999999999","1.50"]', ['9999999999999.999999999', 1.5]],
  ['list.boolean', '[true,"true","True"]', [true, true, 'True']],
  ['list.rating', '[{"value":4.99999999999999999999}]', ['{"value":4.99999999999999999999}']],
  ['list.volume', '[{"value":9007199254740993,"unit":"ml"}]', ['{"value":9007199254740993,"unit":"ml"}']],
  ['rating', '{"value":"4.99999999999999999999"}', '{"value":"4.99999999999999999999"}'],
  ['single_line_text_field', 'Love\0lace', 'Lovelace'],
  ['list.single_line_text_field', '["Love\\u0000lace","\\ud83d","😀"]', ['Lovelace', '', '😀']],
])('a %s of %s is sent as %j', (type, value, sent) => {
  expect(sentValueOf({ type, value })).toEqual({ value: sent, currency: null })
})

test('a mapping that was saved before times of loyalty changes existed sends none, and what it always sent', () => {
  const { computed: _, ...before } = defaultMapping
  const stored = storedChoice('mapping', before)
  expect(stored.computed).toEqual(computedOff)
  expect(mappingsEquivalent(stored, defaultMapping)).toBe(true)
  expect(mapCustomer(givenCustomer(), 'ada@example.com', stored).added).toEqual([])
  expect(fieldsOf(stored, plainSharing)).toEqual(fieldsOf(defaultMapping, plainSharing))
})

test('times of loyalty changes that are sent are fields of the profile, and another name is another mapping', () => {
  const timed = givenMapping({ computed: { ...computedOff, tierSince: computedOn.tierSince } })
  expect(mapCustomer(givenCustomer(), 'ada@example.com', timed).added).toEqual(['properties.Loyalty Tier Since'])
  expect(fieldsOf(timed, plainSharing)).toContain('properties.Loyalty Tier Since')
  expect(fieldsOf(timed, plainSharing)).not.toContain('properties.Loyalty Last Changed At')
  const renamed = givenMapping({ computed: { ...computedOff, tierSince: { on: true, name: 'tier since' } } })
  expect(mappingsEquivalent(timed, defaultMapping)).toBe(false)
  expect(mappingsEquivalent(timed, renamed)).toBe(false)
})

test('money is a number, with its currency in a property beside it', () => {
  const mapping = givenMapping({ values: [givenValue({ name: 'credit', type: 'money' })] })
  const money = { 'loyalty.points': { value: '{"amount":"5.99","currency_code":"CAD"}', type: 'money' } }
  expect(propertiesUnder(mapping, { metafields: money })).toMatchObject({ credit: 5.99, credit_currency: 'CAD' })
  const fine = {
    'loyalty.points': { value: '{"amount":"9999999999999.999999999","currency_code":"CAD"}', type: 'money' },
  }
  expect(propertiesUnder(mapping, { metafields: fine })).toMatchObject({
    credit: '9999999999999.999999999',
    credit_currency: 'CAD',
  })
  const broken = { 'loyalty.points': { value: '{"amount":"","currency_code":"CAD"}', type: 'money' } }
  expect(propertiesUnder(mapping, { metafields: broken })).toMatchObject({
    credit: '{"amount":"","currency_code":"CAD"}',
  })
})

test('a currency gives way to a property that was given its name', () => {
  const values = [
    givenValue({ name: 'credit' }),
    givenValue({ key: 'tier', name: 'credit_currency', type: 'single_line_text_field' }),
  ]
  const money = { value: '{"amount":"5.99","currency_code":"CAD"}', type: 'money' }
  const tier = { value: 'Gold', type: 'single_line_text_field' }
  const sent = propertiesUnder(givenMapping({ values }), {
    metafields: { 'loyalty.points': money, 'loyalty.tier': tier },
  })
  expect(sent).toMatchObject({ credit: 5.99, credit_currency: 'Gold' })
})

test('what is switched off is not sent, and what is renamed goes by its new name', () => {
  const mapping = givenMapping({
    attributes: { phone_number: false, locale: false, location: false, external_id: false },
    standard: {
      ...defaultMapping.standard,
      tags: { on: false, name: 'shopify_tags' },
      orderCount: { on: true, name: 'Orders placed' },
      amountSpent: { on: true, name: 'spent' },
    },
    values: [givenValue({ on: false })],
  })
  const text = JSON.parse(textUnder(mapping))
  expect(Object.keys(text)).toEqual(['email', 'first_name', 'last_name', 'properties'])
  expect(text.properties).toEqual({
    'Orders placed': 3,
    shopify_account_state: 'ENABLED',
    shopify_customer_id: '7064055069303700840',
    shopify_email_consent: 'SUBSCRIBED',
    shopify_sms_consent: 'NOT_SUBSCRIBED',
    spent: 129.5,
    spent_currency: 'EUR',
  })
})

test('names such as constructor or 7 are names like any other', () => {
  const values = ['constructor', 'toString', '7', '😀 "points"'].map((name, i) => givenValue({ key: `k${i}`, name }))
  const metafields = Object.fromEntries(values.map((_, i) => [`loyalty.k${i}`, { value: '1', type: 'number_integer' }]))
  const text = canonicalProfile(
    mapCustomer(givenCustomer({ metafields }), 'ada@example.com', givenMapping({ values })).profile,
  )
  expect(JSON.parse(text).properties).toMatchObject({ constructor: 1, toString: 1, 7: 1, '😀 "points"': 1 })
})

test.each([
  ['', 'empty'],
  ['x'.repeat(255), null],
  ['x'.repeat(256), 'too_long'],
  ['x'.repeat(10_000), 'too_long'],
  ['$email', 'reserved'],
  ['email', 'reserved'],
  ['Phone_Number', 'reserved'],
  ['first_name', 'reserved'],
  ['external_id', 'reserved'],
  ['id', 'reserved'],
  ['location', 'reserved'],
  ['__proto__', 'reserved'],
  ['a\nb', 'unprintable'],
  ['\u0000', 'unprintable'],
  ['half \ud83d', 'unprintable'],
  ['shopify_tags', 'twice'],
  ['shopify_currency', 'twice'],
  ['loyalty points', null],
  ['👩‍👩‍👧 "quoted"', null],
])('a metafield named %j is %s', (name, fault) => {
  const mapping = givenMapping({ values: [givenValue({ name })] })
  expect(mappingFaults(mapping).rows.get('loyalty.points') ?? null).toBe(fault)
  expect(parseChoice('mapping', mapping) !== null).toBe(fault === null)
})

test('a name is used twice only among what is sent', () => {
  const tier = givenValue({ key: 'tier' })
  const twice = mappingFaults(givenMapping({ values: [givenValue(), tier] }))
  expect([...twice.rows]).toEqual([
    ['loyalty.points', 'twice'],
    ['loyalty.tier', 'twice'],
  ])
  expect(isFaulty(mappingFaults(givenMapping({ values: [givenValue({ on: false }), tier] })))).toBe(false)
})

test('a metafield has one row, and there are at most fifty', () => {
  expect(mappingFaults(givenMapping({ values: [givenValue(), givenValue({ name: 'b' })] })).rows).toEqual(
    new Map([['loyalty.points', 'mapped_twice']]),
  )
  const many = (count: number) =>
    givenMapping({
      values: Array.from({ length: count }, (_, i) => givenValue({ key: `k${i}`, name: `n${i}` })),
    })
  expect(isFaulty(mappingFaults(many(MAX_VALUES)))).toBe(false)
  expect(mappingFaults(many(MAX_VALUES + 1)).tooMany).toBe(true)
  expect(parseChoice('mapping', many(MAX_VALUES + 1))).toBeNull()
})

test('blanks around a name are not part of it', () => {
  expect(parseChoice('mapping', givenMapping({ values: [givenValue({ name: ' points ' })] }))?.values).toEqual([
    givenValue({ name: 'points' }),
  ])
})

test.each([
  null,
  7,
  [],
  {},
  { ...defaultMapping, standard: {} },
  { ...defaultMapping, more: 1 },
  { ...defaultMapping, clears: 'yes' },
])('no mapping is %j', (garbage) => {
  expect(mappingShape.safeParse(garbage).success).toBe(false)
})

test('whatever is mapped may be cleared; what no longer is, only if it is wanted so', () => {
  const delivered = [...fieldsOf(defaultMapping, plainSharing)]
  expect(clearableBy(defaultInForce)(delivered)).toEqual(delivered)

  const mapping = givenMapping({ values: [], clears: false })
  const clearable = clearableBy({ ...defaultInForce, mapping })
  expect(clearable(['properties.loyalty_points', 'properties.shopify_tags'])).toEqual(['properties.shopify_tags'])
})

test('a field that was kept in Klaviyo once is never cleared later, until it is mapped again', () => {
  const without = givenMapping({ values: [] })
  const forgotten = forgottenAfter(defaultInForce, { ...without, clears: false })
  expect(forgotten).toContain('properties.loyalty_points')

  const later = { ...defaultInForce, mapping: without, forgotten }
  expect(clearableBy(later)(['properties.loyalty_points', 'properties.other'])).toEqual(['properties.other'])
  expect(forgottenAfter(later, defaultMapping)).not.toContain('properties.loyalty_points')
  expect(forgottenAfter(later, without)).toEqual(forgotten)
})
