import { expect, test } from 'vitest'
import { loyaltyApps } from '../loyalty-apps/loyalty-apps.ts'
import { eventSubscriptions, eventSubscriptionsIn } from './event-subscriptions.ts'

const sound = {
  handle: 'loyalty-mage',
  topic: 'Customer',
  actions: ['update'],
  triggers: ["customer.metafield(namespace: 'mage', key: 'loyalty').value"],
  uri: '/events/customers',
}

test('a subscription is read with the metafields that its triggers name', () => {
  expect(eventSubscriptionsIn([sound])).toEqual([
    { handle: 'loyalty-mage', uri: '/events/customers', metafields: new Set(['mage.loyalty']) },
  ])
})

test.each([
  ['the handle is not valid', { handle: 'loyalty mage' }],
  ['the handle is not valid', { handle: 'x'.repeat(51) }],
  ['the topic is not Customer', { topic: 'Order' }],
  ['the actions are not ["update"]', { actions: ['create', 'update'] }],
  ['it has no triggers', { triggers: [] }],
  ['is not a trigger', { triggers: ["customer.metafield(namespace: 'mage', key: 'loyalty')"] }],
  ['is not a trigger', { triggers: ["customer.metafield(namespace: '*', key: 'loyalty').value"] }],
  ['is not a trigger', { triggers: ['customer.amountSpent'] }],
  ['the uri is not a path', { uri: 'events/customers' }],
  ['query is not supported', { query: 'query { shop { id } }' }],
])('a deploy would fail or go wrong: %s', (reason, wrong) => {
  expect(() => eventSubscriptionsIn([{ ...sound, ...wrong }])).toThrow(reason)
})

test('two subscriptions with one handle are refused', () => {
  expect(() => eventSubscriptionsIn([sound, sound])).toThrow('two event subscriptions have the handle loyalty-mage')
})

test('the app hears of points and tiers, and of each loyalty app whose places are published, by itself', () => {
  expect(eventSubscriptions.map(({ handle }) => handle)).toEqual([
    'loyalty-changed',
    'loyalty-rivo',
    'loyalty-smile',
    'loyalty-joy',
    'loyalty-joy-probable',
    'loyalty-appstle',
    'loyalty-loyaltylion',
    'loyalty-growave',
    'loyalty-growave-probable',
    'loyalty-easypoints',
    'loyalty-inveterate',
    'loyalty-mage',
    'loyalty-memberr',
  ])
  const names = eventSubscriptions.flatMap(({ metafields }) => [...metafields])
  expect(new Set(names).size, 'a metafield in two subscriptions is told twice').toBe(names.length)
})

test('no field of a loyalty app goes unheard but those whose places are made up here', () => {
  const heard = new Set(eventSubscriptions.flatMap(({ metafields }) => [...metafields]))
  const unheard = Object.values(loyaltyApps).flatMap(({ places }) => places.filter((place) => !heard.has(place)))

  expect(unheard.filter((place) => !/rivo|okendo/.test(place))).toEqual([])
})
