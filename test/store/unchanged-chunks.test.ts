import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { transaction } from '#app/store/database.ts'
import { saveProfiles } from '#app/store/profiles.ts'
import { markMissingFromRun, saveUnchanged } from '#app/store/unchanged-chunks.ts'
import { at, customerId, givenImport, givenShop, useStore } from './given-store.ts'

const store = useStore()
const [ada, ben, eve, max] = [customerId(1), customerId(2), customerId(3), customerId(4)]
const askedAt = at('10:00:00')
const now = at('10:05:00')

async function givenProfile(shop: ShopDomain, customer: CustomerId, readAt: Date, state: 'synced' | 'gone' = 'synced') {
  const none = { code: null, words: null, conflictsWith: null, klaviyoId: null }
  const sent = { hash: 'h', fields: ['email'], shopifyUpdatedAt: at('09:00:00'), syncedAt: at('09:00:00') }
  await transaction((on) => saveProfiles(shop, [{ customerId: customer, state, ...none, ...sent }], readAt, on))
}

const saveChunk = (shop: ShopDomain, run: string, chunk: number, customers: CustomerId[]) =>
  transaction((on) => saveUnchanged(shop, { run, chunk, customers }, on))

async function markedBy(shop: ShopDomain, run: string): Promise<string[]> {
  await transaction((on) => markMissingFromRun(shop, { run, askedAt, now }, on))
  const rows = await store.rows('select customer_id from dirty_customer where shop = $1 order by 1', shop)
  return rows.map((row) => row.customer_id)
}

test('a finished read of all customers marks those that it neither wrote nor found unchanged', async () => {
  const [shop, run] = [await givenShop(), randomUUID()]
  await givenProfile(shop, ada, at('09:00:00'))
  await givenProfile(shop, ben, askedAt)
  await givenProfile(shop, eve, at('09:00:00'))
  await saveChunk(shop, run, 0, [eve])
  expect(await markedBy(shop, run)).toEqual([ada])
})

test('a chunk that is repeated counts as it was found last, and what another run or shop found does not count', async () => {
  const [shop, other, run] = [await givenShop(), await givenShop(), randomUUID()]
  for (const customer of [ada, ben, eve, max]) await givenProfile(shop, customer, at('09:00:00'))
  await saveChunk(shop, run, 0, [ada, ben])
  await saveChunk(shop, run, 0, [ada])
  await saveChunk(shop, randomUUID(), 0, [eve])
  await saveChunk(other, run, 0, [max])
  expect(await markedBy(shop, run)).toEqual([ben, eve, max])
})

test('customers that are gone, or that an open import carries, are not marked', async () => {
  const [shop, run] = [await givenShop(), randomUUID()]
  await givenProfile(shop, ada, at('09:00:00'), 'gone')
  await givenImport(shop, ben, now)
  expect(await markedBy(shop, run)).toEqual([])
})
