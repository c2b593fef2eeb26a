import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import type { Customer } from '#app/core/profile/customer.ts'
import { clearedFields, fieldNamesOf } from '#app/core/profile/field-names.ts'
import { mapCustomer } from '#app/core/profile/map-customer.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { givenCustomer } from './given-customer.ts'

const mapped = (customer: Customer) => mapCustomer(customer, 'ada@example.com', defaultMapping)
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

test('what Shopify does not hold is left out, not sent empty', () => {
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

const anyCustomer = fc
  .record({
    phone: fc.option(fc.string()),
    firstName: fc.option(fc.string({ unit: 'grapheme' })),
    lastName: fc.option(fc.string({ unit: 'grapheme' })),
    tags: fc.array(fc.string({ unit: 'grapheme' })),
    orderCount: fc.nat(),
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
