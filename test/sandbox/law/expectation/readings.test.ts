import { expect, test } from 'vitest'
import { readAddress, readPhone } from './contacts.ts'
import { expectedValue } from './metafield-values.ts'

test.each([
  [' Ada@Example.COM ', 'ada@example.com'],
  ["o'brien+shop@sub.example.co.uk", "o'brien+shop@sub.example.co.uk"],
  ['taro..yamada@docomo.ne.jp', 'taro..yamada@docomo.ne.jp'], // left to Klaviyo
  ['a@xn--e1afmkfd.xn--p1ai', 'a@xn--e1afmkfd.xn--p1ai'],
])('the address %o is read as %o', (text, address) => {
  expect(readAddress(text)).toEqual({ kind: 'address', address })
})

test.each([
  'ada',
  'ada@',
  '@example.com',
  'a@@example.com',
  'a b@example.com',
  'a@example',
  'a@example.com.',
  'a@-example.com',
  'a@1.2.3.4',
  'ma\u212ae@example.com', // a Kelvin sign, whose lower case is a letter of another person's address
  'ä@example.com',
  `${'a'.repeat(65)}@example.com`,
])('%o is no address', (text) => {
  expect(readAddress(text)).toEqual({ kind: 'malformed' })
})

test.each([null, undefined, '', '  '])('%o is the lack of an address', (text) => {
  expect(readAddress(text)).toEqual({ kind: 'missing' })
})

test.each([
  ['0151 12345678', 'DE', '+4915112345678'],
  ['+1 (415) 555-2671', 'DE', '+14155552671'],
  ['0151 12345678', null, null],
  ['12345', 'DE', null],
  ['call after 6', 'US', null],
  ['+999 12 34 56', 'XX', null],
])('the number %o of a customer in %o is %o', (text, country, number) => {
  expect(readPhone(text, country)).toBe(number)
})

test.each([
  ['number_integer', '250', 250],
  ['number_integer', '-007', -7],
  ['number_decimal', '12.50', 12.5],
  ['number_decimal', '9999999999999.999999999', '9999999999999.999999999'],
  ['number_decimal', '1e3', 1000],
  ['number_integer', '9007199254740993', '9007199254740993'],
  ['number_decimal', 'many', 'many'],
  ['single_line_text_field', 'Go\u0000ld\ud83d', 'Gold'],
  ['boolean', 'true', true],
  ['boolean', 'false', false],
  ['boolean', 'True', 'True'],
  ['date', '2026-11-21', '2026-11-21'],
  ['date_time', '2026-11-21T10:00:00', '2026-11-21T10:00:00Z'],
  ['date_time', '2026-11-21T10:00:00+01:00', '2026-11-21T10:00:00+01:00'],
  ['list.number_integer', '[1,2]', [1, 2]],
  ['list.number_decimal', '[0.5,9999999999999.999999999]', [0.5, '9999999999999.999999999']],
  ['list.single_line_text_field', '["a","b"]', ['a', 'b']],
  ['list.boolean', 'not a list', 'not a list'],
  ['json', '{"a":1}', '{"a":1}'],
  ['customer_reference', 'gid://shopify/Customer/1', 'gid://shopify/Customer/1'],
])('a metafield of type %s with %o is %o in Klaviyo', (type, value, expected) => {
  expect(expectedValue({ type, value, updatedAt: '' })).toEqual({ value: expected, currency: null })
})

test('money is a number with its currency, and an empty value is none', () => {
  const money = { type: 'money', value: '{"amount":"5.99","currency_code":"CAD"}', updatedAt: '' }
  expect(expectedValue(money)).toEqual({ value: 5.99, currency: 'CAD' })
  expect(expectedValue({ ...money, value: '' })).toBeNull()
})
