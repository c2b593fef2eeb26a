import { expect, test } from 'vitest'
import { forecastOf } from '#app/core/flow/forecast.ts'
import { newProfilesFor } from '#app/core/flow/new-profiles.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { defaultDestination, destinationSetting } from '#app/core/settings/destination.ts'
import { parseChoice, storedChoice } from '#app/core/settings/settings.ts'

const { needsComparison } = destinationSetting
const choice = (differs: Partial<typeof defaultDestination>) => ({ ...defaultDestination, ...differs })
const list = { id: 'Yabc12', name: 'Customers' }

test('a shop that never chose updates what exists, on no list and without a limit', () => {
  expect(storedChoice('destination', null)).toEqual({
    ...{ list: null, existing: 'update', mostNew: null },
    sharing: { kind: 'plain' },
  })
})

test.each([0, -1, 1.5, Number.NaN, 100_000_001, '7'])('%s is no limit', (mostNew) => {
  expect(parseChoice('destination', { ...defaultDestination, mostNew })).toBeNull()
})

test.each(['', '../lists', 'a b', 'x'.repeat(101)])('%j is no list', (id) => {
  expect(parseChoice('destination', { ...defaultDestination, list: { id, name: 'List' } })).toBeNull()
})

test('customers are compared when existing profiles are treated differently, or the limit is raised or removed; a list is for new ones only', () => {
  expect(needsComparison(choice({}), choice({ existing: 'leave' }))).toBe(true)
  expect(needsComparison(choice({ existing: 'leave' }), choice({}))).toBe(true)
  expect(needsComparison(choice({ mostNew: 5 }), choice({}))).toBe(true)
  expect(needsComparison(choice({}), choice({ mostNew: 5 }))).toBe(false)
  expect(needsComparison(choice({ mostNew: 5 }), choice({ mostNew: 9 }))).toBe(false)
  expect(needsComparison(choice({}), choice({ list }))).toBe(false)
})

const ids = ['1', '2'] as CustomerId[]
const waiting = { atLimit: true }

test('full runs and comparisons have the room that remains, and a comparison leaves those who wait to the next full run', () => {
  const limited = choice({ mostNew: 10 })
  const full = newProfilesFor({ kind: 'full', created: 4 }, limited)
  expect(full).toMatchObject({ room: 6, most: 10 })
  expect([full.limitFor(ids[0]!, null), full.limitFor(ids[0]!, waiting)]).toEqual(['room', 'room'])
  const comparison = newProfilesFor({ kind: 'reconcile', created: 40 }, limited)
  expect(comparison).toMatchObject({ room: 0, most: 10 })
  expect([comparison.limitFor(ids[0]!, null), comparison.limitFor(ids[0]!, waiting)]).toEqual(['room', 'waits'])
  expect(newProfilesFor({ kind: 'full', created: 4 }, defaultDestination).room).toBeNull()
})

test('changes and baselines have no limit, and a catch-up sends nobody new but those who changed', () => {
  const limited = choice({ mostNew: 10 })
  const marked = new Map([[ids[0]!, 'customers/update']] as const)
  for (const batch of [
    { kind: 'changes', marked, created: 0 },
    { kind: 'baseline', created: 4 },
  ] as const) {
    const { room, limitFor } = newProfilesFor(batch, limited)
    expect([room, limitFor(ids[0]!, waiting)]).toEqual([null, 'sent'])
  }
  const catchUp = newProfilesFor({ kind: 'catch_up', marked, created: 0 }, limited)
  expect(ids.map((id) => catchUp.limitFor(id, null))).toEqual(['sent', 'waits'])
  const free = newProfilesFor({ kind: 'catch_up', marked: new Map(), created: 0 }, defaultDestination)
  expect(free.limitFor(ids[0]!, null)).toBe('sent')
})

test('customers of a list that is retried have the room that the retry has left', () => {
  const marked = new Map([[ids[0]!, 'retry']] as const)
  for (const kind of ['changes', 'catch_up'] as const) {
    const retry = newProfilesFor({ kind, marked, created: 4 }, choice({ mostNew: 10 }))
    expect(retry).toMatchObject({ room: 6, most: 10, countedFor: 'retry' })
    expect(retry.limitFor(ids[0]!, null)).toBe('room')
  }
})

const facts = { customers: 5_020, known: 3_780, atLimit: 0, notInSync: 15, marks: 5, mostNew: null, pace: null }

test('a forecast counts unknown and waiting customers as new, up to the limit, and gives a duration only once there was a run', () => {
  expect(forecastOf(facts)).toEqual({ newProfiles: 1_240, updates: 20, compared: 5_020, ms: null })
  expect(forecastOf({ ...facts, atLimit: 100 }).newProfiles).toBe(1_340)
  expect(forecastOf({ ...facts, mostNew: 500 }).newProfiles).toBe(500)
  expect(forecastOf({ ...facts, pace: { read: 2_510, tookMs: 60_000 } }).ms).toBe(120_000)
  expect(forecastOf({ ...facts, pace: { read: 0, tookMs: 60_000 } }).ms).toBeNull()
  expect(forecastOf({ ...facts, customers: 100 })).toMatchObject({ newProfiles: 0, compared: 100 })
})
