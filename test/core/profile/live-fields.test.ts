import { expect, test } from 'vitest'
import { liveFields } from '#app/core/profile/live-fields.ts'

const values = (fields: Record<string, unknown>) => new Map(Object.entries(fields))
const nothing = { delivered: [], leftOut: [] }
const statesOf = (...args: Parameters<typeof liveFields>) =>
  Object.fromEntries(liveFields(...args).map(({ name, state }) => [name, state]))

test('fields are compared by what they say, and those of others are not listed', () => {
  const wanted = values({
    email: 'a@b.c',
    'properties.points': 250,
    'properties.tags': ['a', 'b'],
    'location.city': 'Köln',
  })
  const current = values({
    email: 'a@b.c',
    'properties.points': '250',
    'properties.tags': ['b', 'a'],
    'properties.theirs': 1,
  })
  expect(statesOf(wanted, current, nothing)).toEqual({
    email: 'same',
    points: 'same',
    tags: 'differs',
    'location.city': 'missing',
  })
})

test('a field that is no longer sent is to be cleared, unless Klaviyo has none any more', () => {
  const delivered = ['email', 'properties.tier', 'properties.old']
  const current = values({ email: 'a@b.c', 'properties.tier': 'Gold' })
  expect(statesOf(values({ email: 'a@b.c' }), current, { delivered, leftOut: [] })).toEqual({
    email: 'same',
    tier: 'to_clear',
    old: 'same',
  })
})

test('where one side is not known, nothing is said to differ', () => {
  const wanted = values({ email: 'a@b.c' })
  expect(liveFields(wanted, null, nothing)).toEqual([
    { name: 'email', isProperty: false, wanted: 'a@b.c', current: null, state: 'unknown' },
  ])
  expect(liveFields(null, wanted, { delivered: ['email'], leftOut: [] })).toEqual([
    { name: 'email', isProperty: false, wanted: null, current: 'a@b.c', state: 'unknown' },
  ])
})

test('a field that Klaviyo did not take is left out', () => {
  const wanted = values({ phone_number: '+4930' })
  expect(statesOf(wanted, values({}), { delivered: [], leftOut: ['phone_number'] })).toEqual({
    phone_number: 'left_out',
  })
})
