import { expect, test } from 'vitest'
import { customerGid, customerNumber, gidOf, isUuid, shopDomain } from '#app/core/ids.ts'

test('an id past 2^53 keeps every digit', () => {
  const id = customerGid.parse('gid://shopify/Customer/7064055069303700841')
  expect(gidOf(id)).toBe('gid://shopify/Customer/7064055069303700841')
})

test.each([
  'gid://shopify/Order/1',
  'gid://shopify/Customer/',
  'gid://shopify/Customer/01',
  'gid://shopify/Customer/9223372036854775808',
  'gid://shopify/Customer/1; drop table profile',
  1,
])('%j is no customer', (gid) => {
  expect(customerGid.safeParse(gid).success).toBe(false)
})

test('a number that has lost digits is not taken for an id', () => {
  expect(customerNumber.safeParse(Number('706405506930370084')).success).toBe(false)
  expect(customerNumber.parse(12345)).toBe('12345')
})

test.each(['ada.myshopify.com.evil.com', 'evil.com/ada.myshopify.com', '.myshopify.com', 'Ada.myshopify.com', ''])(
  '%j is no shop',
  (domain) => {
    expect(shopDomain.safeParse(domain).success).toBe(false)
  },
)

test('a run’s id is distinguished from any other text, which is never looked up in the database', () => {
  expect(isUuid('3f0e8a52-8d0c-4a55-9d0c-6a5f9be2c001')).toBe(true)
  for (const text of ['', '1', '3f0e8a52-8d0c-4a55-9d0c-6a5f9be2c00', "3f0e8a52'; drop table sync_run", 'undefined']) {
    expect(isUuid(text), text).toBe(false)
  }
})
