import fc from 'fast-check'
import { expect, test } from 'vitest'
import { catchUpMarks, readSize } from '#app/core/flow/read-lane.ts'
import { MOST_METAFIELDS } from '#app/core/profile/mapping-faults.ts'

test('no read costs more than Shopify lets a query cost, or than is at hand, however many metafields are mapped', () => {
  fc.assert(
    fc.property(fc.option(fc.nat(20_000)), fc.nat(MOST_METAFIELDS), (points, metafields) => {
      const size = readSize(points, metafields)
      expect(1 + size * (6 + metafields)).toBeLessThanOrEqual(1_000)
      if (points !== null) expect(size * (6 + metafields)).toBeLessThanOrEqual(points)
      expect(size).toBeLessThanOrEqual(100)
    }),
  )
})

test('with points and tier a hundred customers are read at once, with fifty metafields seventeen, and none without points', () => {
  expect(readSize(null, 2)).toBe(100)
  expect(readSize(null, MOST_METAFIELDS)).toBe(17)
  expect(readSize(7, 2)).toBe(0)
})

test('the more a customer costs, the sooner a storm is read in bulk', () => {
  expect(catchUpMarks(2)).toBe(3_000)
  expect(catchUpMarks(MOST_METAFIELDS)).toBe(428)
})
