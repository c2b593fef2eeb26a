import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catchUpMarks, membershipsSize, metafieldsWorth, PLACES_SIZE, readSize } from '#app/core/flow/read-lane.ts'
import { STORE_CREDIT } from '#app/core/profile/mapped-values.ts'
import { MAX_VALUES } from '#app/core/profile/mapping-faults.ts'
import { MAX_SEGMENTS } from '#app/core/settings/audience.ts'

test('no read costs more than Shopify lets a query cost, or than is at hand, however many metafields are mapped', () => {
  fc.assert(
    fc.property(fc.option(fc.nat(20_000)), fc.nat(MAX_VALUES), (points, metafields) => {
      const size = readSize(points, metafields)
      expect(1 + size * (6 + metafields)).toBeLessThanOrEqual(1_000)
      if (points !== null) expect(size * (6 + metafields)).toBeLessThanOrEqual(points)
      expect(size).toBeLessThanOrEqual(100)
    }),
  )
})

test('with points and tier a hundred customers are read at once, with fifty metafields seventeen, and none without points', () => {
  expect(readSize(null, 2)).toBe(100)
  expect(readSize(null, MAX_VALUES)).toBe(17)
  expect(readSize(7, 2)).toBe(0)
})

test('store credit costs ten points a customer: an account and its balance, for each of five', () => {
  const points = { namespace: 'loyalty', key: 'points' }
  expect(metafieldsWorth([points, STORE_CREDIT])).toBe(11)
  expect(1 + readSize(null, metafieldsWorth([points, STORE_CREDIT])) * (6 + 1 + 10)).toBeLessThanOrEqual(1_000)
})

test('every read keeps enough points to read the customers’ memberships, and none costs more than a query may', () => {
  fc.assert(
    fc.property(
      fc.option(fc.nat(20_000)),
      fc.nat(MAX_VALUES),
      fc.nat(MAX_SEGMENTS),
      fc.boolean(),
      (points, metafields, segments, places) => {
        const asked = { segments: Array.from({ length: segments }, String), places }
        const size = readSize(points, metafields, asked)
        const perCustomer = 6 + metafields + (segments > 0 ? 1 + segments : 0) + (places ? 23 : 0)
        expect(size * perCustomer).toBeLessThanOrEqual(points ?? 1_000)
        expect(size).toBeLessThanOrEqual(readSize(points, metafields))
        if (points === null || points >= 100 + perCustomer) expect(size).toBeGreaterThan(0)
        if (segments > 0) {
          expect(membershipsSize(segments)).toBeGreaterThan(0)
          expect(1 + segments + membershipsSize(segments) * (1 + segments)).toBeLessThanOrEqual(1_000)
        }
      },
    ),
  )
  expect(1 + PLACES_SIZE * 23).toBeLessThanOrEqual(1_000)
})

test('the more a customer costs, the sooner a storm is read in bulk', () => {
  expect(catchUpMarks(2)).toBe(3_000)
  expect(catchUpMarks(MAX_VALUES)).toBe(428)
  expect(catchUpMarks(2, { segments: ['1'], places: true })).toBe(727)
})
