import { expect, test } from 'vitest'
import type { LoyaltyValues } from '#app/core/profile/loyalty.ts'
import {
  type KnownLoyalty,
  movedBetween,
  noTimes,
  timeProperties,
  timesOf,
  timesSent,
} from '#app/core/profile/loyalty-times.ts'
import { type ComputedField, computedFields, computedOff, computedOn } from '#app/core/profile/mapped-fields.ts'
import { plainSharing } from '#app/core/profile/sharing.ts'
import { givenMapping, givenValue } from './given-mapping.ts'

const earlier = new Date('2026-11-01T10:00:00Z')
const lately = new Date('2026-11-02T10:00:00Z')
const readAt = new Date('2026-11-03T10:00:00.750Z')
const toTheSecond = new Date('2026-11-03T10:00:00Z')
const before = { tierSince: earlier, changedAt: lately }

function known(values: LoyaltyValues, differs: Partial<KnownLoyalty> = {}): KnownLoyalty {
  return { delivered: { values, times: before }, sent: null, backfill: false, ...differs }
}

const times = (
  values: LoyaltyValues,
  stored: KnownLoyalty | undefined,
  sent: readonly ComputedField[] = computedFields,
) => timesOf(values, stored, { sent, readAt })

test.each<[string, LoyaltyValues, LoyaltyValues, { tierSince: Date; changedAt: Date }]>([
  ['the same', { points: 1, tier: 'Gold' }, { points: 1, tier: 'Gold' }, before],
  ['of another type', { points: '1' }, { points: 1 }, before],
  ['seen for the first time', { points: 1 }, { points: 1, tier: 'Gold' }, before],
  ['not read', { points: 1, tier: 'Gold' }, { points: 1 }, before],
  ['another number', { points: 1, tier: 'Gold' }, { points: 2, tier: 'Gold' }, { ...before, changedAt: toTheSecond }],
  ['another tier', { tier: 'Gold' }, { tier: 'Black' }, { tierSince: toTheSecond, changedAt: toTheSecond }],
  ['the first tier', { tier: null }, { tier: 'Gold' }, { tierSince: toTheSecond, changedAt: toTheSecond }],
  ['no tier any more', { tier: 'Gold' }, { tier: null }, { tierSince: toTheSecond, changedAt: toTheSecond }],
])('a value that is %s has these times', (_what, delivered, now, expected) => {
  expect(times(now, known(delivered))).toEqual(expected)
})

test('of a customer of whom nothing is known there is no time', () => {
  expect(times({ points: 1, tier: 'Gold' }, undefined)).toEqual(noTimes)
})

test('values that were sent before, and may have been delivered, keep the times that they were sent with', () => {
  const sent = { values: { tier: 'Black' }, times: { tierSince: lately, changedAt: lately } }
  const stored = known({ tier: 'Gold' }, { sent })
  expect(times({ tier: 'Black' }, stored)).toEqual(sent.times)
  expect(times({ tier: 'Silver' }, stored).tierSince).toEqual(toTheSecond)
  expect(times({ tier: 'Gold' }, stored), 'as it was delivered').toEqual(before)
})

test('only times that are sent are computed', () => {
  expect(times({ tier: 'Black' }, known({ tier: 'Gold' }), ['tierSince'])).toEqual({
    ...{ tierSince: toTheSecond, changedAt: null },
  })
  expect(times({ tier: 'Black' }, known({ tier: 'Gold' }), ['lastChanged'])).toEqual({
    ...{ tierSince: null, changedAt: toTheSecond },
  })
})

test('a time is sent if it is on, and values are mapped that it can follow from', () => {
  const sent = (meaning: 'tier' | 'status' | null, computed = computedOn) =>
    timesSent(givenMapping({ computed, values: [givenValue({ meaning })] }))
  expect(sent('tier')).toEqual(['tierSince', 'lastChanged'])
  expect(sent('status')).toEqual(['lastChanged'])
  expect(sent(null)).toEqual([])
  expect(sent('tier', computedOff)).toEqual([])
})

test('a time is written in UTC, to the second', () => {
  expect(timeProperties({ tierSince: toTheSecond, changedAt: null }, computedOn, plainSharing)).toEqual({
    'Loyalty Tier Since': '2026-11-03T10:00:00Z',
  })
  expect(timeProperties(before, computedOff, plainSharing)).toEqual({})
  const apart = timeProperties({ tierSince: toTheSecond, changedAt: null }, computedOn, {
    kind: 'prefixed',
    prefix: 'Outlet',
  })
  expect(Object.keys(apart)).toEqual(['Outlet Loyalty Tier Since'])
})

test('values are compared by meaning, if both are known', () => {
  expect(movedBetween({ points: 1, tier: null }, { points: 2, status: 'member', tier: 'Gold' })).toEqual([
    ...['points', 'tier'],
  ])
})
