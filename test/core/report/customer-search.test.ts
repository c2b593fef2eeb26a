import fc from 'fast-check'
import { expect, test } from 'vitest'
import { customerSearchOf, LONGEST_SEARCH } from '#app/core/report/customer-search.ts'

const queryFor = (text: string) => {
  const search = customerSearchOf(text)
  return search.kind === 'search' ? search.query : search.kind
}

test('a name is found by the beginnings of its words', () => {
  expect(queryFor(' Ada  Love ')).toBe('Ada* Love*')
  expect(queryFor('山田 太郎')).toBe('山田* 太郎*')
})

test('an address is found by its beginning, too', () => {
  expect(queryFor('ada@example.com')).toBe('email:ada@example.com*')
  expect(queryFor('ada@exa')).toBe('email:ada@exa*')
})

test('a phone number is found however it is written', () => {
  expect(queryFor('+49 (30) 123-456')).toBe('phone:+4930123456* OR "4930123456" OR id:4930123456')
  expect(queryFor('0301234')).toBe('phone:+0301234* OR "0301234"')
})

test('a customer is found by the number, also as Shopify writes it', () => {
  expect(customerSearchOf('7001')).toEqual({ kind: 'search', query: 'id:7001', number: '7001' })
  expect(customerSearchOf('#7001')).toMatchObject({ number: '7001' })
  expect(customerSearchOf('gid://shopify/Customer/7001')).toMatchObject({ number: '7001' })
  expect(customerSearchOf('9223372036854775807')).toMatchObject({ number: '9223372036854775807' })
})

test.each([
  [`'; drop table profile; --`, `"';" drop* table* "profile;" "--"`],
  ['<script>alert(1)</script>', '"<script>alert(1)</script>"'],
  ['a" OR id:>0 OR "b', 'a* "OR" "id:>0" "OR" b*'],
  ['email:*', '"email:*"'],
  ['NOT (ada)', '"NOT" "(ada)"'],
  ['ada\\', 'ada*'],
  ["O'Brien", `"O'Brien"`],
  ['-tag:vip', '"-tag:vip"'],
  ['😀', '"😀"'],
  ['ada\u0000\nlove', 'ada* love*'],
])('%j is only text', (typed, query) => {
  expect(queryFor(typed)).toBe(query)
})

test('a text that is longer than any name is not searched for, and neither is an empty one', () => {
  expect(customerSearchOf('x'.repeat(10_000))).toEqual({ kind: 'too_long' })
  expect(customerSearchOf('x'.repeat(LONGEST_SEARCH))).toMatchObject({ kind: 'search' })
  for (const nothing of ['', '   ', '"', '\u0000']) expect(customerSearchOf(nothing)).toEqual({ kind: 'empty' })
})

test('whatever is typed, no quote stays open and nothing outside quotes is an operator', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (typed) => {
      const search = customerSearchOf(typed)
      if (search.kind !== 'search') return
      const outside = search.query.replace(/"[^"\\]*"/g, '').replace(/ OR /g, ' ')
      expect(outside).toMatch(/^[\p{L}\p{N}\s*+@:._-]*$/u)
    }),
  )
})
