import fc from 'fast-check'
import { type FieldNode, Kind, parse, visit } from 'graphql'
import { expect, test } from 'vitest'
import type { MetafieldKey } from '#app/core/profile/mapped-values.ts'
import {
  anyCustomerQuery,
  bulkCustomersQuery,
  customerByEmailQuery,
  customersByIdsQuery,
} from '#app/shopify/customer.graphql.ts'
import { parseCustomer } from '#app/shopify/parse-customer.ts'

const metafields = fc.array(
  fc.record({ namespace: fc.string({ unit: 'grapheme' }), key: fc.string({ unit: 'grapheme' }) }),
)

/** The metafields a query asks for, by alias. */
function askedBy(query: string): Record<string, MetafieldKey> {
  const asked: Record<string, MetafieldKey> = {}
  visit(parse(query), {
    Field(field: FieldNode) {
      if (field.name.value !== 'metafield') return
      const textOf = (name: string) => {
        const value = field.arguments?.find((argument) => argument.name.value === name)?.value
        return value?.kind === Kind.STRING ? value.value : ''
      }
      asked[field.alias?.value ?? ''] = { namespace: textOf('namespace'), key: textOf('key') }
    },
  })
  return asked
}

test('whatever a metafield is called, each query asks for it and for nothing else', () => {
  fc.assert(
    fc.property(metafields, (keys) => {
      const wanted = Object.fromEntries(keys.map((key, place) => [`m${place}`, key]))
      for (const query of [
        customersByIdsQuery(keys),
        customerByEmailQuery(keys),
        anyCustomerQuery(keys),
        bulkCustomersQuery(keys, "updated_at:>='2026-11-20'"),
      ])
        expect(askedBy(query)).toEqual(wanted)
    }),
  )
})

test('a customer’s metafields are read by their place, and what is empty or not in the file is absent', () => {
  const raw = {
    id: 'gid://shopify/Customer/1',
    updatedAt: '2026-11-01T10:00:00Z',
    firstName: null,
    lastName: null,
    locale: 'en',
    state: 'ENABLED',
    tags: [],
    numberOfOrders: '0',
    amountSpent: { amount: '0.0', currencyCode: 'EUR' },
    defaultEmailAddress: null,
    defaultPhoneNumber: null,
    defaultAddress: null,
    m0: { value: '1', type: 'number_integer' },
    m1: null,
  }
  const keys = ['a', 'b', 'c'].map((key) => ({ namespace: 'loyalty', key }))
  expect(parseCustomer(raw, keys).metafields).toEqual({ 'loyalty.a': { value: '1', type: 'number_integer' } })
})
