import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { findCountRead, requestCountRead, saveCountOperation } from '#app/store/customer-counts.ts'
import { eraseShop, uninstallShop } from '#app/store/shops.ts'
import { at, givenShop, useStore } from './given-store.ts'

useStore()

const now = at('10:00:00')
const later = at('11:00:00')

test('of many requests that saw the same read, one starts the next', async () => {
  const shop = await givenShop()
  const take = (seen: string | null) => requestCountRead(shop, { seen, now })
  const first = (await Promise.all(Array.from({ length: 8 }, () => take(null)))).filter((taken) => taken !== null)
  expect(first).toHaveLength(1)
  const seen = first[0]!.holder
  const second = (await Promise.all(Array.from({ length: 8 }, () => take(seen)))).filter((taken) => taken !== null)
  expect(second).toHaveLength(1)
  expect(second[0]!.holder).not.toBe(seen)
  expect(await findCountRead(shop)).toEqual(second[0])
})

test('an operation is noted for the asking it was started for, and for no later one', async () => {
  const shop = await givenShop()
  const first = (await requestCountRead(shop, { seen: null, now }))!
  expect(await saveCountOperation(shop, { holder: first.holder, operation: 'one', expected: 3 })).toBe(true)
  expect(await findCountRead(shop)).toMatchObject({ bulkOperation: 'one', expected: 3, askedAt: now })
  await requestCountRead(shop, { seen: first.holder, now: later })
  expect(await saveCountOperation(shop, { holder: first.holder, operation: 'two', expected: 3 })).toBe(false)
  expect(await findCountRead(shop)).toMatchObject({ bulkOperation: null, expected: null, askedAt: later })
})

test('a shop that is not there, or from which the app is gone, has no read', async () => {
  const shop = await givenShop()
  await uninstallShop(shop, now)
  expect(await requestCountRead(shop, { seen: null, now })).toBeNull()
  expect(await requestCountRead('stranger.myshopify.com' as ShopDomain, { seen: null, now })).toBeNull()
  expect(await findCountRead(shop)).toBeNull()
})

test('one shop’s read is nothing to another, and is erased with its own', async () => {
  const [one, other] = [await givenShop(), await givenShop()]
  const theirs = (await requestCountRead(other, { seen: null, now }))!
  expect(await findCountRead(one)).toBeNull()
  await requestCountRead(one, { seen: null, now: later })
  expect(await requestCountRead(one, { seen: theirs.holder, now: later })).toBeNull()
  expect(await saveCountOperation(one, { holder: theirs.holder, operation: 'two', expected: 1 })).toBe(false)
  await eraseShop(one)
  expect(await findCountRead(one)).toBeNull()
  expect(await findCountRead(other)).toEqual(theirs)
})
