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
  'ada@-example.com',
  'ada@example..com',
  'ada@example.c',
  'ada@example.123',
  'ada@example.xn--',
  `${'a'.repeat(65)}@example.com`,
  `ada@${'a'.repeat(50)}.${'b'.repeat(42)}.com`,
  'ada@example.com\u0000',
  'áda@example.com',
  'ma\u212ae@example.com', // a Kelvin sign, which becomes k in lower case
  'ada@example\ud83d.com',
])('%j is malformed', (raw) => {
  expect(emailAddressOf(raw)).toEqual({ kind: 'malformed' })
})

test.each([
  'taro..yamada@docomo.ne.jp',
  'taro.@docomo.ne.jp',
  'ada@example.xn--p1ai',
  'ada@xn--e1afmkfd.xn--80akhbyknj4f',
  'ada@xn--bcher-kva.example',
  `ada@${'a'.repeat(50)}.${'b'.repeat(41)}.com`,
])('%j is left to Klaviyo', (address) => {
  expect(emailAddressOf(address)).toEqual({ kind: 'good', address })
})

test('every ordinary address is good', () => {
  fc.assert(
    fc.property(
      fc.emailAddress({ size: 'small' }).filter(({ length }) => length <= 100),
      (raw) => {
        expect(emailAddressOf(raw).kind).toBe('good')
      },
    ),
  )
})
