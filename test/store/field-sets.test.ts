import { expect, test } from 'vitest'
import { fieldSetNames, fieldSetNumber, forgetFieldSets, resetFieldSetCache } from '#app/store/field-sets.ts'
import { at, givenShop, useStore } from './given-store.ts'

const store = useStore()

test('one set of names has one number, however many ask for it at once', async () => {
  const shop = await givenShop()
  const numbers = await Promise.all(Array.from({ length: 30 }, () => fieldSetNumber(shop, ['email', 'first_name'])))
  expect(new Set(numbers).size).toBe(1)
  expect((await fieldSetNames(shop, numbers)).get(numbers[0]!)).toEqual(['email', 'first_name'])
  expect(await store.rows('select names from field_set where shop = $1', shop)).toEqual([
    { names: ['email', 'first_name'] },
  ])
})

test('names with blanks make sets of their own', async () => {
  const shop = await givenShop()
  const one = await fieldSetNumber(shop, ['properties.a properties.b'])
  expect(await fieldSetNumber(shop, ['properties.a', 'properties.b'])).not.toBe(one)
})

test('a number that is gone has no names', async () => {
  const shop = await givenShop()
  expect((await fieldSetNames(shop, [2_000_000_000])).get(2_000_000_000)).toEqual([])
})

test('what was cached for an earlier installation is not trusted: another process may have erased it', async () => {
  const shop = await givenShop()
  resetFieldSetCache(shop, at('08:00:00'))
  const before = await fieldSetNumber(shop, ['email'])
  await store.rows('delete from field_set where shop = $1', shop)
  resetFieldSetCache(shop, at('08:00:00'))
  expect(await fieldSetNumber(shop, ['email'])).toBe(before)

  resetFieldSetCache(shop, at('09:00:00'))
  const after = await fieldSetNumber(shop, ['email'])
  expect(after).not.toBe(before)
  expect((await fieldSetNames(shop, [before])).get(before)).toEqual([])
})

test('emptying one shop’s cache empties no other’s, not even if its name begins alike', async () => {
  const [shop, other] = [await givenShop(), await givenShop()]
  const [number, others] = [await fieldSetNumber(shop, ['email']), await fieldSetNumber(other, ['email'])]
  await store.rows('delete from field_set where shop = any($1)', [shop, other])
  forgetFieldSets(shop)
  expect(await fieldSetNumber(shop, ['email'])).not.toBe(number)
  expect(await fieldSetNumber(other, ['email'])).toBe(others)
})
