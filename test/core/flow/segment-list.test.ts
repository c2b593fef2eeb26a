import { expect, test } from 'vitest'
import { listNameOf, listStepsOf, type SegmentListMember } from '#app/core/flow/segment-list.ts'
import type { CustomerId } from '#app/core/ids.ts'

const listed: SegmentListMember = {
  customerId: '1' as CustomerId,
  inSegment: true,
  state: 'synced',
  profileId: 'P',
  listedAs: 'P',
  isListed: true,
}
const stepsOf = (differs: Partial<SegmentListMember>) => listStepsOf({ ...listed, ...differs })
const newcomer = { listedAs: null, isListed: false }

test('a member in sync is put on the list, once, and again while that is not confirmed', () => {
  expect(stepsOf(newcomer)).toEqual({ leave: null, join: 'P' })
  expect(stepsOf({ isListed: false })).toEqual({ leave: null, join: 'P' })
  expect(stepsOf({})).toEqual({ leave: null, join: null })
})

test.each(['issue', 'excluded', 'pending', 'gone', 'forgotten', null])(
  'a member who is not in sync (%s) is not put on the list; only one whom a rule excludes is taken off it',
  (state) => {
    expect(stepsOf({ ...newcomer, state })).toEqual({ leave: null, join: null })
    expect(stepsOf({ state })).toEqual({ leave: state === 'excluded' ? 'P' : null, join: null })
  },
)

test('a member whose profile is not known yet waits', () => {
  expect(stepsOf({ ...newcomer, profileId: null })).toEqual({ leave: null, join: null })
})

test('one who left the segment leaves the list, also if joining was never confirmed', () => {
  expect(stepsOf({ inSegment: false })).toEqual({ leave: 'P', join: null })
  expect(stepsOf({ inSegment: false, isListed: false, state: null, profileId: null })).toEqual({
    leave: 'P',
    join: null,
  })
  expect(stepsOf({ ...newcomer, inSegment: false })).toEqual({ leave: null, join: null })
})

test('one who has another profile now is put on the list with that one', () => {
  expect(stepsOf({ profileId: 'Q' })).toEqual({ leave: 'P', join: 'Q' })
})

test('a list is named after the segment and its number, without what a filter of Klaviyo would have to escape', () => {
  const segment = 'gid://shopify/Segment/900'
  expect(listNameOf(segment, 'VIPs')).toBe('VIPs (Shopify segment 900)')
  expect(listNameOf(segment, ' Say "yes"\\\n')).toBe('Say  yes (Shopify segment 900)')
  expect(listNameOf(segment, `${'x'.repeat(99)}😀`), 'no half of a sign').toBe(
    `${'x'.repeat(99)} (Shopify segment 900)`,
  )
  expect(listNameOf(segment, 'x'.repeat(300))).toHaveLength(100 + ' (Shopify segment 900)'.length)
})
