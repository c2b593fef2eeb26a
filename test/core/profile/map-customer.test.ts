import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import type { Customer } from '#app/core/profile/customer.ts'
import { clearedFields, fieldNamesOf } from '#app/core/profile/field-names.ts'
import { mapCustomer } from '#app/core/profile/map-customer.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { largestField } from '#app/core/profile/profile-size.ts'
import { givenCustomer } from './given-customer.ts'
import { givenMapping, givenValue } from './given-mapping.ts'

const mapped = (customer: Customer) => mapCustomer(customer, 'ada@example.com', defaultMapping).profile
const map = (fields: Parameters<typeof givenCustomer>[0]) => mapped(givenCustomer(fields))

test('a customer becomes a profile with address, consent, orders, points and tier', () => {
  expect(map({})).toEqual({
    email: 'ada@example.com',
    phone_number: '+493012345678',
    first_name: 'Ada',
    last_name: 'Lovelace',
    locale: 'en',
    location: { address1: 'Unter den Linden 1', city: 'Berlin', zip: '10117', country: 'Germany' },
    properties: {
      shopify_tags: ['b2b', 'vip'],
      shopify_account_state: 'ENABLED',
      shopify_order_count: 3,
      shopify_amount_spent: 129.5,
      shopify_currency: 'EUR',
      shopify_customer_id: '7064055069303700840',
      shopify_email_consent: 'SUBSCRIBED',
      shopify_sms_consent: 'NOT_SUBSCRIBED',
      loyalty_points: 250,
      loyalty_tier: 'Gold',
    },
  })
})

test('a value that Shopify does not have is omitted, not sent empty', () => {
  const profile = map({
    phone: null,
    firstName: '  ',
    lastName: null,
    locale: null,
    address: null,
    emailConsent: null,
    smsConsent: null,
    metafields: { 'loyalty.tier': { value: '', type: 'single_line_text_field' } },
  })
  expect(fieldNamesOf(profile)).toEqual([
    'email',
    'properties.shopify_account_state',
    'properties.shopify_amount_spent',
    'properties.shopify_currency',
    'properties.shopify_customer_id',
    'properties.shopify_order_count',
    'properties.shopify_tags',
  ])
})

test("a national phone number is read with the address's country; a bad one is dropped, not the customer", () => {
  expect(map({ phone: '030 12345678' }).phone_number).toBe('+493012345678')
  expect(map({ phone: '12345' })).not.toHaveProperty('phone_number')
  expect(map({ phone: '030 12345678', address: null })).not.toHaveProperty('phone_number')
})

test('a number that is none stays text', () => {
  const points = (value: string, type: string) =>
    map({ metafields: { 'loyalty.points': { value, type } } }).properties.loyalty_points
  expect(points('many', 'number_integer')).toBe('many')
  expect(points('12.5', 'number_decimal')).toBe(12.5)
})

test('an amount and a count that a JSON number cannot hold are sent with all their digits', () => {
  const { properties } = map({
    amountSpent: { amount: '9007199254740.93', currency: 'IRR' },
    orderCount: '18446744073709551615',
  })
  expect(properties).toMatchObject({
    shopify_amount_spent: 9007199254740.93,
    shopify_order_count: '18446744073709551615',
  })
  expect(map({ amountSpent: { amount: '9007199254740993.01', currency: 'IRR' } }).properties).toMatchObject({
    shopify_amount_spent: '9007199254740993.01',
  })
})

test('NUL and half a surrogate pair are taken out of every text', () => {
  const odd = 'Love\0la\ud83dce'
  const profile = map({
    firstName: '\0',
    lastName: odd,
    locale: odd,
    state: odd,
    tags: [odd],
    emailConsent: odd,
    smsConsent: odd,
    amountSpent: { amount: '1', currency: odd },
    address: { address1: odd, address2: odd, city: odd, province: odd, zip: odd, country: odd, countryCode: odd },
    metafields: {
      'loyalty.points': { value: odd, type: 'number_integer' },
      'loyalty.tier': { value: JSON.stringify([odd]), type: 'list.single_line_text_field' },
    },
  })

  expect(profile).not.toHaveProperty('first_name')
  expect(profile).toMatchObject({ last_name: 'Lovelace', location: { city: 'Lovelace', zip: 'Lovelace' } })
  expect(profile.properties).toMatchObject({ shopify_tags: ['Lovelace'], loyalty_tier: ['Lovelace'] })
  expect(canonicalProfile(profile)).not.toMatch(/\\u/)
})

const place = {
  address1: null,
  address2: null,
  city: null,
  province: null,
  zip: null,
  country: null,
  countryCode: null,
}
test.each([
  ['first_name', { firstName: 'x'.repeat(1_000) }],
  ['location.address1', { address: { ...place, address1: 'x'.repeat(1_000), city: 'x'.repeat(900) } }],
  ['shopify_tags', { tags: ['ж'.repeat(600)], lastName: 'x'.repeat(1_000) }],
  [
    'loyalty_tier',
    { metafields: { 'loyalty.tier': { value: '😀'.repeat(300), type: 'json' } }, lastName: 'ж'.repeat(550) },
  ],
])('%s is the largest field, in bytes', (name, fields) => {
  expect(largestField(map(fields))).toBe(name)
})

const anyText = fc.string({ unit: fc.constantFrom('a', '\0', '\ud83d', '\ude00', '😀', 'ж', '"', '\\', ' ') })

test('no profile carries a character that no text has', () => {
  const texts = fc.record({
    firstName: fc.option(anyText),
    locale: fc.option(anyText),
    state: anyText,
    tags: fc.array(anyText),
    address: anyText.map((text) => ({ ...place, city: text, zip: text })),
    metafields: fc.record({
      'loyalty.points': fc.record({ value: anyText, type: fc.constantFrom('json', 'boolean', 'date_time') }),
      'loyalty.tier': fc.record({
        value: fc.array(anyText).map((list) => JSON.stringify(list)),
        type: fc.constantFrom('list.single_line_text_field', 'list.url', 'json'),
      }),
    }),
  })
  fc.assert(
    fc.property(texts, (fields) => {
      const values = textsIn(map(fields))
      expect(values.filter((text) => text.includes('\0') || !text.isWellFormed())).toEqual([])
    }),
  )
})

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

const anyCustomer = fc
  .record({
    phone: fc.option(fc.string()),
    firstName: fc.option(fc.string({ unit: 'grapheme' })),
    lastName: fc.option(fc.string({ unit: 'grapheme' })),
    tags: fc.array(fc.string({ unit: 'grapheme' })),
    orderCount: fc.nat().map(String),
    metafields: fc.record(
      {
        'loyalty.points': fc.record({
          value: fc.string(),
          type: fc.constantFrom('number_integer', 'boolean', 'json', 'money', 'list.number_decimal', 'date_time'),
        }),
        'loyalty.tier': fc.record({ value: fc.string(), type: fc.constant('single_line_text_field') }),
      },
      { requiredKeys: [] },
    ),
  })
  .map((fields) => givenCustomer(fields))

test('any customer maps to a profile that JSON carries whole, and always to the same text', () => {
  fc.assert(
    fc.property(anyCustomer, (customer) => {
      const profile = mapped(customer)
      expect(JSON.parse(canonicalProfile(profile))).toEqual(JSON.parse(JSON.stringify(profile)))
      const shuffled = { ...customer, tags: [...customer.tags].reverse() }
      expect(canonicalProfile(mapped(shuffled))).toBe(canonicalProfile(profile))
    }),
  )
})

test('what was delivered and is no longer there is cleared, and nothing else ever is', () => {
  fc.assert(
    fc.property(anyCustomer, anyCustomer, (before, now) => {
      const delivered = fieldNamesOf(mapped(before))
      const current = fieldNamesOf(mapped(now))
      const cleared = clearedFields(delivered, current)
      const names = cleared
        ? [
            ...cleared.attributes,
            ...cleared.location.map((name) => `location.${name}`),
            ...cleared.properties.map((name) => `properties.${name}`),
          ]
        : []
      expect(names.sort()).toEqual(delivered.filter((name) => !current.includes(name)).sort())
    }),
  )
})

test('the order in which fields were put together does not show', () => {
  const profile = map({})
  const backwards = Object.fromEntries(Object.entries(profile).reverse()) as typeof profile
  const inside = { ...backwards, properties: Object.fromEntries(Object.entries(profile.properties).reverse()) }
  expect(canonicalProfile(inside)).toBe(canonicalProfile(profile))
  expect(canonicalProfile(profile)).toMatch(/^{"email":.*"first_name":.*"properties":{"loyalty_points"/)
})

test('a field of its own is not kept with a value whose currency would have its name', () => {
  const tier = givenValue({ name: 'tier', key: 'a', reading: { blank: 'unknown' } })
  const mapping = givenMapping({ values: [tier, givenValue({ name: 'tier_currency', key: 'b' })] })
  expect(mapCustomer(givenCustomer(), 'ada@example.com', mapping).kept).toEqual(['properties.tier'])
})
