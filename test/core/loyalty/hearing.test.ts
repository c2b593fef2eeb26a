import { expect, test } from 'vitest'
import { lagsBehindOrders, nextLaterRead } from '#app/core/flow/later-reads.ts'
import { howHeard } from '#app/core/loyalty/how-heard.ts'
import { lastHeard, metafieldsIn, topicOfMetafield } from '#app/core/loyalty/last-heard.ts'
import { presets } from '#app/core/loyalty/presets.ts'
import { loyaltyTriggers, triggersOf } from '#app/core/loyalty/triggers.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { type MappedValue, metafieldName, plainReading, type ValueSource } from '#app/core/profile/mapped-values.ts'
import { eventSubscriptions } from '#test/sandbox/shopify/webhooks/event-subscriptions.ts'

const checks = { nightlyReconcile: true, hourlyCheck: false }

function metafield(name: string): ValueSource {
  const [namespace = '', key = ''] = name.split('.')
  return { kind: 'metafield', namespace, key, type: 'json', path: ['points'] }
}

const mapped = (source: ValueSource, differs: Partial<MappedValue> = {}): MappedValue => ({
  ...{ on: true, name: 'Points', source, reading: plainReading, meaning: 'points' },
  ...differs,
})

test('the app’s file has a trigger for every metafield in the list, and no other', () => {
  const listed = loyaltyTriggers.map(({ handle, metafields }) => [handle, [...metafields].sort()])
  const inFile = eventSubscriptions.map(({ handle, metafields }) => [handle, [...metafields].sort()])
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(inFile))
})

test('no metafield is in two subscriptions, since one change would then be reported twice', () => {
  const all = loyaltyTriggers.flatMap(({ metafields }) => metafields)
  expect(new Set(all).size).toBe(all.length)
})

test('a value is found under its own trigger, and part of an object under that of the object', () => {
  for (const triggers of loyaltyTriggers)
    for (const name of triggers.metafields) expect(triggersOf(metafield(name))).toBe(triggers)
})

test.each<[string, ValueSource, Parameters<typeof howHeard>[1], ReturnType<typeof howHeard>]>([
  ['a metafield with a trigger', metafield('mage.loyalty'), checks, 'seconds'],
  ['a tag', { kind: 'tag', prefix: 'vip:' }, checks, 'seconds'],
  ['a metafield without one', metafield('acme.points'), checks, 'check'],
  ['another key of a known app', metafield('mage.other'), checks, 'check'],
  ['store credit', { kind: 'store_credit' }, checks, 'check'],
  [
    'a metafield without one, hourly',
    metafield('acme.points'),
    { nightlyReconcile: false, hourlyCheck: true },
    'check',
  ],
  [
    'a metafield without one, without checks',
    metafield('acme.points'),
    { nightlyReconcile: false, hourlyCheck: false },
    'next_change',
  ],
])('how a change is heard of: %s', (_, source, having, how) => {
  expect(howHeard(source, having)).toBe(how)
})

test.each<[string, MappedValue, boolean]>([
  ['an app that takes half an hour', mapped(metafield('custom.rivo')), true],
  [
    'an app that takes an hour, whatever its value means',
    mapped(metafield('smile.vip_tier_name'), { meaning: null }),
    true,
  ],
  ['points without a trigger', mapped(metafield('acme.points')), true],
  ['store credit', mapped({ kind: 'store_credit' }, { meaning: 'store_credit' }), true],
  ['a value that is not sent', mapped(metafield('acme.points'), { on: false }), false],
  ['a metafield that has nothing to do with loyalty', mapped(metafield('acme.shoe_size'), { meaning: null }), false],
  ['an app that writes at once', mapped(metafield('mage.loyalty')), false],
  ['a tag', mapped({ kind: 'tag', prefix: 'vip:' }), false],
])('whether a value lags behind orders: %s', (_, value, lags) => {
  expect(lagsBehindOrders([value])).toBe(lags)
})

test('the mapping of a merchant who never chose lags behind no order', () => {
  expect(lagsBehindOrders(defaultMapping.values)).toBe(false)
})

test('after an order a customer is read again after one, five and sixty minutes, and not again', () => {
  const order = new Date('2026-11-27T10:00:00Z')
  const readAt = (time: string) =>
    nextLaterRead(order, new Date(`2026-11-27T${time}Z`))
      ?.toISOString()
      .slice(11, 19)
  expect(readAt('10:00:00')).toBe('10:01:00')
  expect(readAt('10:01:00')).toBe('10:05:00')
  expect(readAt('10:04:59')).toBe('10:05:00')
  expect(readAt('10:05:01')).toBe('11:00:00')
  expect(readAt('11:00:00')).toBeUndefined()
  expect(nextLaterRead(null, order)).toBeNull()
})

const on = (day: number) => new Date(`2026-11-${day}T10:00:00Z`)

test('a value was last heard of in its own way; a check counts only while there was none', () => {
  const mage = metafield('mage.loyalty')
  const topics = [
    { topic: topicOfMetafield('mage.loyalty'), receivedAt: on(20) },
    { topic: 'customer.tags_added', receivedAt: on(18) },
    { topic: 'customer.tags_removed', receivedAt: on(19) },
    { topic: 'customers/update', receivedAt: on(26) },
  ]
  const heard = { topics, nightlyAt: on(25), hourlyAt: null }
  expect(lastHeard(mage, heard)).toEqual({ by: 'event', at: on(20) })
  expect(lastHeard({ kind: 'tag', prefix: 'vip:' }, heard)).toEqual({ by: 'webhook', at: on(19) })
  expect(lastHeard(metafield('acme.points'), heard)).toEqual({ by: 'nightly_check', at: on(25) })
  expect(lastHeard({ kind: 'store_credit' }, { ...heard, hourlyAt: on(26) })).toEqual({
    by: 'hourly_check',
    at: on(26),
  })
  expect(lastHeard(mage, { ...heard, topics: [] })).toEqual({ by: 'nightly_check', at: on(25) })
  expect(lastHeard(mage, { topics: [], nightlyAt: null, hourlyAt: null })).toBeNull()
})

test('an event is about the metafields that it names, and about all of its subscription if it names none', () => {
  const path = (namespace: string, key: string) =>
    `customer[id: 'gid://shopify/Customer/1'].metafield[namespace: '${namespace}', key: '${key}'].value`
  const heard = (paths: string[], handle: string | null = 'loyalty-joy') =>
    metafieldsIn({ handle, paths }, loyaltyTriggers)
  expect(heard([path('avada_joy', 'point'), path('avada_joy', 'point'), path('a', 'b')])).toEqual([
    'avada_joy.point',
    'a.b',
  ])
  expect(heard([])).toEqual(['avada_joy.point', 'avada_joy.vipTier', 'avada_joy.customerType'])
  expect(heard(["customer[id: 'gid://shopify/Customer/1'].firstName"], 'unknown')).toEqual([])
  expect(heard([], null)).toEqual([])
  expect(heard(Array.from({ length: 1_000 }, (_, i) => path('a', `k${i}`)))).toHaveLength(25)
  expect(heard([path('a', 'k'.repeat(300))])).toEqual(heard([]))
})

test('every metafield of a preset has a trigger', () => {
  const spots = presets.flatMap(({ places }) => places.flatMap(({ at }) => at))
  const named = spots.flatMap((spot) => (spot.kind === 'metafield' ? [metafieldName(spot)] : []))
  expect(named.length).toBeGreaterThan(15)
  expect(named.filter((name) => triggersOf(metafield(name)) === null)).toEqual([])
})
