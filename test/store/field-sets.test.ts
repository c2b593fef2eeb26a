import { expect, test } from 'vitest'
import { autocommit, transaction } from '#app/store/database.ts'
import {
  fieldSetNames,
  fieldSetNumber,
  forgetFieldSets,
  holdFieldSets,
  resetFieldSetCache,
} from '#app/store/field-sets.ts'
import { at, givenShop, useStore } from './given-store.ts'

const store = useStore()

test('one set of names has one number, however many ask for it at once', async () => {
  const shop = await givenShop()
  const numbers = await Promise.all(
    Array.from({ length: 30 }, () => fieldSetNumber(shop, ['email', 'first_name'], autocommit)),
  )
  expect(new Set(numbers).size).toBe(1)
  expect((await fieldSetNames(shop, numbers, autocommit)).get(numbers[0]!)).toEqual(['email', 'first_name'])
  expect(await store.rows('select names from field_set where shop = $1', shop)).toEqual([
    { names: ['email', 'first_name'] },
  ])
})

test('names with blanks make sets of their own', async () => {
  const shop = await givenShop()
  const one = await fieldSetNumber(shop, ['properties.a properties.b'], autocommit)
  expect(await fieldSetNumber(shop, ['properties.a', 'properties.b'], autocommit)).not.toBe(one)
})

test('a number that is gone has no names', async () => {
  const shop = await givenShop()
  expect((await fieldSetNames(shop, [2_000_000_000], autocommit)).get(2_000_000_000)).toEqual([])
})

const setsOf = (shop: string) => store.rows('select id, names from field_set where shop = $1', shop)

test('what was cached for an earlier installation is not trusted: another process may have erased it', async () => {
  const shop = await givenShop()
  resetFieldSetCache(shop, at('08:00:00'))
  const number = await fieldSetNumber(shop, ['email'], autocommit)
  await store.rows('delete from field_set where shop = $1', shop)
  resetFieldSetCache(shop, at('08:00:00'))
  await fieldSetNumber(shop, ['email'], autocommit)
  expect(await setsOf(shop)).toEqual([])

  resetFieldSetCache(shop, at('09:00:00'))
  expect((await fieldSetNames(shop, [number], autocommit)).get(number)).toEqual([])
  await fieldSetNumber(shop, ['email'], autocommit)
  expect(await setsOf(shop)).toHaveLength(1)
})

test('emptying one shop’s cache empties no other’s, not even if its name begins alike', async () => {
  const [shop, other] = [await givenShop(), await givenShop()]
  for (const one of [shop, other]) await fieldSetNumber(one, ['email'], autocommit)
  await store.rows('delete from field_set where shop = any($1)', [shop, other])
  forgetFieldSets(shop)
  for (const one of [shop, other]) await fieldSetNumber(one, ['email'], autocommit)
  expect([await setsOf(shop), await setsOf(other)]).toMatchObject([[{ names: ['email'] }], []])
})

test('a set whose number another set of the shop has gets another number', async () => {
  const [shop, other] = [await givenShop(), await givenShop()]
  const number = await fieldSetNumber(shop, ['email'], autocommit)
  await store.rows(`insert into field_set (shop, id, names) values ($1, $2, '{first_name}')`, other, number)
  const second = await fieldSetNumber(other, ['email'], autocommit)
  expect(second).not.toBe(number)
  expect((await fieldSetNames(other, [number, second], autocommit)).get(second)).toEqual(['email'])
})

test('a set that was created in a transaction that failed is created again', async () => {
  const shop = await givenShop()
  const create = (fails: boolean) =>
    transaction(async (on) => {
      const [number] = await holdFieldSets(shop, [['email']], on)
      if (fails) throw new Error('fails')
      return number!
    })
  await expect(create(true)).rejects.toThrow('fails')
  expect(await setsOf(shop)).toEqual([])
  const number = await create(false)
  expect(await setsOf(shop)).toEqual([{ id: number, names: ['email'] }])
})
