import { expect, test } from 'vitest'
import { CustomerBook } from './customer-book.ts'
import { customerSearch } from './customer-search.ts'

const book = new CustomerBook({ now: () => Date.parse('2026-11-20T10:00:00Z'), currency: 'EUR', onChange: () => {} })
book.create({
  id: '1',
  firstName: 'Ada',
  email: 'Ada@example.com',
  tags: ['VIP', 'black friday'],
  state: 'ENABLED',
  updatedAt: '2026-11-19T23:59:59Z',
})
book.create({ id: '20', firstName: 'Ben', email: 'ben@example.com', tags: ['vip'], updatedAt: '2026-11-20T00:00:00Z' })
book.create({ id: '300', firstName: 'Cleo', phone: '+4915123456789', updatedAt: '2026-11-21T12:00:00Z' })

function found(query: string): string[] {
  const search = customerSearch(query)
  return book.ascending().flatMap((customer) => (search?.matches(customer) ? [customer.id] : []))
}

test('updated_at knows whole days only, whatever the time of day', () => {
  expect(found("updated_at:>='2026-11-20T15:00:00Z'")).toEqual(['20', '300'])
  expect(found("updated_at:>'2026-11-20T15:00:00Z'")).toEqual(['20', '300'])
  expect(found('updated_at:2026-11-19')).toEqual(['1'])
  expect(found('updated_at:<2026-11-20')).toEqual(['1'])
  expect(found('updated_at:<=2026-11-20')).toEqual(['1', '20'])
})

test('ids are compared as numbers', () => {
  expect(found('id:>=20')).toEqual(['20', '300'])
  expect(found('id:20')).toEqual(['20'])
})

test('email, tag, state and name are found in either case', () => {
  expect(found('email:"ada@example.com"')).toEqual(['1'])
  expect(found('tag:vip')).toEqual(['1', '20'])
  expect(found("tag:'Black Friday'")).toEqual(['1'])
  expect(found('tag_not:vip')).toEqual(['300'])
  expect(found('state:enabled')).toEqual(['1'])
  expect(found('first_name:cl*')).toEqual(['300'])
})

test('terms are joined by AND, OR, NOT and brackets', () => {
  expect(found('tag:vip updated_at:2026-11-20')).toEqual(['20'])
  expect(found('tag:vip AND -state:enabled')).toEqual(['20'])
  expect(found('id:1 OR id:300')).toEqual(['1', '300'])
  expect(found('NOT (id:1 OR id:300)')).toEqual(['20'])
})

test('a bare word is looked for in names, addresses and numbers', () => {
  expect(found('ben')).toEqual(['20'])
  expect(found('4915123')).toEqual(['300'])
})

test('an unknown field is passed over, and named', () => {
  expect(found('shoe_size:43')).toEqual(['1', '20', '300'])
  expect(customerSearch('shoe_size:43')?.unknownFields).toEqual(['shoe_size'])
})

test('an absent query is no search', () => {
  expect(customerSearch(undefined)).toBeNull()
  expect(customerSearch(' ')).toBeNull()
})
