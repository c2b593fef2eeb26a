import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emailAddressOf } from '#app/core/profile/email-address.ts'

test('an address is trimmed and put in lower case, as Klaviyo matches it', () => {
  expect(emailAddressOf('  Ada.Lovelace+loyalty@Example.COM ')).toEqual({
    kind: 'good',
    address: 'ada.lovelace+loyalty@example.com',
  })
})

test.each([null, '', '   '])('%j is no address at all', (raw) => {
  expect(emailAddressOf(raw)).toEqual({ kind: 'missing' })
})

test.each([
  'ada',
  'ada@',
  '@example.com',
  'ada@example',
  'ada@@example.com',
  'ada lovelace@example.com',
  '.ada@example.com',
  'ada.@example.com',
  'a..da@example.com',
  'ada@-example.com',
  'ada@example..com',
  'ada@example.c',
  'ada@example.123',
  `${'a'.repeat(65)}@example.com`,
  'ada@example.com\u0000',
  'áda@example.com',
])('%j is malformed', (raw) => {
  expect(emailAddressOf(raw)).toEqual({ kind: 'malformed' })
})

test('every ordinary address is good', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (raw) => {
      expect(emailAddressOf(raw).kind).toBe('good')
    }),
  )
})
