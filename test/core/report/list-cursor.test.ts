import { expect, test } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import { cursorOf, placeOf } from '#app/core/report/list-cursor.ts'

const customerId = customerNumber.parse('9223372036854775807')
const since = new Date('2026-11-21T12:00:00.123Z')

test('a cursor leads back to its place, with a time or without', () => {
  for (const place of [
    { since, customerId },
    { since: null, customerId },
  ])
    expect(placeOf(cursorOf(place))).toEqual(place)
})

test.each([null, '', 'x', '1.', '.1', '1.2.3', '-5', '1e9', "1' or 1=1", '99999999999999999999'])(
  '%j names no place',
  (cursor) => {
    expect(placeOf(cursor)).toBeNull()
  },
)
