import { expect, test } from 'vitest'
import { differingAgain, isComparable, isRepaired, MISSING_PROFILE, readBackTakesMs } from '#app/core/flow/read-back.ts'

const now = new Date('2026-11-27T03:00:00Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const sent = { state: 'synced', hash: 'h', inFlight: null, syncedAt: ago(60) }
const TIER = 'properties.loyalty_tier'
const never = new Set<string>()

test.each([
  ['a profile that was sent an hour ago', {}, true],
  ['one whose time of sending is not known', { syncedAt: null }, true],
  ['one that Klaviyo may not show yet', { syncedAt: ago(4) }, false],
  ['one that an import carries', { inFlight: { hash: 'h' } }, false],
  ['one that is to be sent again', { hash: null }, false],
  ['one with an issue', { state: 'issue' }, false],
] as const)('%s can be compared: %s', (_what, differs, expected) => {
  expect(isComparable({ ...sent, ...differs }, now)).toBe(expected)
})

test('a difference is repaired, and again only after a night', () => {
  const difference = (minutes: number) => ({ fields: [MISSING_PROFILE], repair: { at: ago(minutes), fields: [] } })
  expect(isRepaired({ fields: [TIER], repair: null }, never, now)).toBe(true)
  expect(isRepaired(difference(19 * 60), never, now)).toBe(false)
  expect(isRepaired(difference(21 * 60), never, now)).toBe(true)
})

test('a field that differs although it was repaired is written by something else, and alone is no reason to send a profile', () => {
  const again = { fields: [TIER, 'first_name'], repair: { at: ago(24 * 60), fields: [TIER] } }
  expect(differingAgain(again)).toEqual([TIER])
  expect(differingAgain({ fields: [TIER], repair: null })).toEqual([])
  expect(isRepaired({ ...again, fields: [TIER] }, new Set([TIER]), now)).toBe(false)
  expect(isRepaired(again, new Set([TIER]), now)).toBe(true)
})

test('a missing profile is never taken for a field that something else writes', () => {
  const gone = { fields: [MISSING_PROFILE], repair: { at: ago(24 * 60), fields: [MISSING_PROFILE] } }
  expect(differingAgain(gone)).toEqual([])
  expect(isRepaired(gone, never, now)).toBe(true)
})

test('the time it takes grows with the pages', () => {
  expect(readBackTakesMs(3)).toBe(5_000)
  expect(readBackTakesMs(100_000)).toBe(400_000)
})
