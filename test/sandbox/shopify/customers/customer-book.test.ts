import { beforeEach, expect, test } from 'vitest'
import { CustomerBook } from './customer-book.ts'
import type { CustomerChange } from './customer-change.ts'

let nowMs: number
let changes: CustomerChange[]
let book: CustomerBook

beforeEach(() => {
  nowMs = Date.parse('2026-11-20T10:00:00.700Z')
  changes = []
  book = new CustomerBook({ now: () => nowMs, currency: 'EUR', onChange: (told) => changes.push(...told) })
})

test('a new customer has every field the Admin API shows', () => {
  const ada = book.create({
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@example.com',
    points: 120,
    tier: 'Gold',
  })

  expect(ada).toEqual({
    id: '7000000000001',
    createdAt: '2026-11-20T10:00:00Z',
    updatedAt: '2026-11-20T10:00:00Z',
    firstName: 'Ada',
    lastName: 'Lovelace',
    displayName: 'Ada Lovelace',
    locale: 'en',
    state: 'DISABLED',
    verifiedEmail: true,
    tags: [],
    numberOfOrders: '0',
    amountSpent: { amount: '0.0', currencyCode: 'EUR' },
    defaultEmailAddress: {
      emailAddress: 'ada@example.com',
      validFormat: true,
      marketingState: 'NOT_SUBSCRIBED',
      marketingOptInLevel: null,
      marketingUpdatedAt: null,
    },
    defaultPhoneNumber: null,
    defaultAddress: null,
    metafields: {
      'loyalty.points': { value: '120', type: 'number_integer', updatedAt: '2026-11-20T10:00:00Z' },
      'loyalty.tier': { value: 'Gold', type: 'single_line_text_field', updatedAt: '2026-11-20T10:00:00Z' },
    },
    storeCreditAccounts: [],
    companyContactProfiles: [],
  })
  expect(changes).toEqual([{ kind: 'created', after: ada }])
})

test('an edit makes a new record with a new updatedAt, and leaves the old one as it was', () => {
  const before = book.create({ firstName: 'Ada', email: 'ada@example.com' })
  nowMs += 60_000

  const after = book.update(before.id, { firstName: 'Augusta', email: 'augusta@' })

  expect(before.firstName).toBe('Ada')
  expect(after).toMatchObject({ firstName: 'Augusta', displayName: 'Augusta', updatedAt: '2026-11-20T10:01:00Z' })
  expect(after.defaultEmailAddress).toMatchObject({ emailAddress: 'augusta@', validFormat: false })
  expect(changes.at(-1)).toEqual({ kind: 'updated', before, after })
})

test('an order is told as a purchase, not as an update', () => {
  const { id } = book.create()
  book.update(id, { numberOfOrders: '1', amountSpent: { amount: '19.90', currencyCode: 'EUR' } })

  expect(changes.map(({ kind }) => kind)).toEqual(['created', 'purchased'])
})

test('points and tier do not touch the updatedAt of the customer, and are told one by one', () => {
  const { id, updatedAt } = book.create({ points: 5 })
  nowMs += 60_000

  const after = book.setLoyalty(id, { points: 10, tier: 'Silver' })
  book.setLoyalty(id, { points: null })

  expect(after.updatedAt).toBe(updatedAt)
  expect(after.metafields['loyalty.points']).toMatchObject({ value: '10', updatedAt: '2026-11-20T10:01:00Z' })
  expect(book.get(id)?.metafields).not.toHaveProperty('loyalty.points')
  expect(changes.slice(1)).toMatchObject([
    { kind: 'metafield', name: 'loyalty.points', how: 'updated' },
    { kind: 'metafield', name: 'loyalty.tier', how: 'added' },
    { kind: 'metafield', name: 'loyalty.points', how: 'removed' },
  ])
})

test('tags, consent and removal are told each in its own way', () => {
  const { id } = book.create({ email: 'ada@example.com', phone: '+4915123456789' })
  book.addTags(id, 'vip', 'abc')
  book.removeTags(id, 'abc')
  const consented = book.setConsent(id, { email: 'SUBSCRIBED', sms: 'SUBSCRIBED' })
  book.remove(id)

  expect(consented.tags).toEqual(['vip'])
  expect(consented.defaultEmailAddress?.marketingState).toBe('SUBSCRIBED')
  expect(consented.defaultPhoneNumber?.smsMarketingConsent.state).toBe('SUBSCRIBED')
  expect(changes.slice(1).map(({ kind }) => kind)).toEqual([
    'tags-added',
    'tags-removed',
    'email-consent',
    'sms-consent',
    'removed',
  ])
  expect(book.get(id)).toBeUndefined()
})

test('of two merged customers one remains, with the orders and tags of both', () => {
  const kept = book.create({ firstName: 'Ada', tags: ['vip'], numberOfOrders: '2' })
  const gone = book.create({ email: 'ada@example.com', tags: ['old'], numberOfOrders: '3' })

  const merged = book.merge(kept.id, gone.id)

  expect(merged).toMatchObject({ firstName: 'Ada', tags: ['old', 'vip'], numberOfOrders: '5' })
  expect(merged.defaultEmailAddress?.emailAddress).toBe('ada@example.com')
  expect(book.get(gone.id)).toBeUndefined()
  expect(changes.at(-1)).toMatchObject({ kind: 'merged', gone })
})

test('ids past 2^53 keep every digit and their place in the order', () => {
  book.create({ id: '706405506930370085' })
  book.create({ id: '706405506930370084' })
  book.create()

  expect(book.ascending().map(({ id }) => id)).toEqual(['7000000000001', '706405506930370084', '706405506930370085'])
})

test('customers of before the installation are made without a word', () => {
  book.createMany(3, (index) => ({ firstName: `Customer ${index}` }))

  expect(book.count).toBe(3)
  expect([...book.all()].map(({ firstName }) => firstName)).toEqual(['Customer 0', 'Customer 1', 'Customer 2'])
  expect(changes).toEqual([])
})
