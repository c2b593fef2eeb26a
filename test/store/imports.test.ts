import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { saveHeard, saveIntendedImport, settleImport, withdrawImport } from '#app/store/imports.ts'
import { listProfileCounts, recountProfiles } from '#app/store/profile-counts.ts'
import { saveContested } from '#app/store/profile-owners.ts'
import { type ProfileRow, saveProfiles } from '#app/store/profiles.ts'
import { startFullRun } from '#app/store/run-starts.ts'
import { cancelOpenRun } from '#app/store/sync-runs.ts'
import { at, customerId, givenConnectedShop, givenImport, givenShop, useStore } from './given-store.ts'

const store = useStore()
const [ada, ben] = [customerId(1), customerId(2)]
const now = at('10:00:00')
const row = {
  ...{ state: 'issue', code: 'profile_refused', words: 'No.', conflictsWith: null, klaviyoId: 'K1' },
  ...{ hash: 'old', fields: ['email', 'zip'], shopifyUpdatedAt: at('08:00:00'), syncedAt: at('08:30:00') },
} as const satisfies Omit<ProfileRow, 'customerId'>

const saveRow = (shop: ShopDomain, customer: CustomerId, readAt: Date, changes: Partial<ProfileRow> = {}) =>
  transaction((on) => saveProfiles(shop, [{ ...row, customerId: customer, ...changes }], readAt, on))

function intend(shop: ShopDomain, customer: CustomerId, { readAt, updatedAt }: { readAt: Date; updatedAt: Date }) {
  const profiles = [{ customerId: customer, hash: 'new', fields: ['email'], updatedAt }]
  const one = { id: randomUUID(), run: null, profiles, readAt, checkAt: now }
  return transaction(async (on) => ({ id: one.id, before: await saveIntendedImport(shop, one, now, on) }))
}

const rowOf = async (shop: ShopDomain, customer: CustomerId) =>
  (await store.rows('select * from profile where shop = $1 and customer_id = $2', shop, customer))[0]
const countsOf = async (shop: ShopDomain) =>
  (await listProfileCounts(shop)).flatMap(({ state, code, profiles }) =>
    profiles === 0 ? [] : [[state, code, profiles]],
  )

test('an import that Klaviyo did not take leaves each row as it was, and none of a new customer', async () => {
  const shop = await givenShop()
  await saveRow(shop, ada, at('09:00:00'))
  const before = await rowOf(shop, ada)
  const read = { readAt: at('09:30:00'), updatedAt: at('09:20:00') }
  const [known, created] = [await intend(shop, ada, read), await intend(shop, ben, read)]
  expect(await countsOf(shop)).toEqual([
    ['pending', null, 1],
    ['pending', null, 1],
  ])
  await transaction((on) => withdrawImport(shop, known.id, { customers: [ada], before: known.before }, on))
  await transaction((on) => withdrawImport(shop, created.id, { customers: [ben], before: created.before }, on))
  expect(await rowOf(shop, ada)).toEqual({ ...before, delivery: known.id })
  expect(await rowOf(shop, ben)).toBeUndefined()
  expect(await countsOf(shop)).toEqual([['issue', 'profile_refused', 1]])
})

test('a change of the list that comes while an import is sent stays, whatever Klaviyo answers', async () => {
  const shop = await givenShop()
  await saveRow(shop, ada, at('09:00:00'))
  await store.rows(`update profile set list_change = 'leave' where shop = $1`, shop)
  const { id, before } = await intend(shop, ada, { readAt: at('09:30:00'), updatedAt: at('09:20:00') })
  await store.rows('update profile set list_change = null where shop = $1', shop)
  await transaction((on) => withdrawImport(shop, id, { customers: [ada], before }, on))
  expect(await rowOf(shop, ada)).toMatchObject({ list_change: null, state: 'issue' })
})

test.each([
  ['was read later', { readAt: at('09:00:00'), updatedAt: at('08:00:00') }],
  ['changed later', { readAt: at('09:40:00'), updatedAt: at('07:00:00') }],
])('a customer of which another worker stored that it %s is not sent', async (_, read) => {
  const shop = await givenShop()
  await saveRow(shop, ada, at('09:30:00'))
  await expect(intend(shop, ada, read)).rejects.toThrow('by another worker meanwhile')
  expect(await rowOf(shop, ada)).toMatchObject({ hash: 'old', request: null })
  expect(await store.rows('select 1 from outbox where shop = $1', shop)).toEqual([])
})

test('a customer that an open import carries is carried by no other', async () => {
  const shop = await givenShop()
  await givenImport(shop, ada, now)
  const later = { readAt: at('09:30:00'), updatedAt: at('09:30:00') }
  await expect(intend(shop, ada, later)).rejects.toThrow('by another worker meanwhile')
})

test('a customer that is found in another’s profile while an import carries it stays in the import', async () => {
  const shop = await givenShop()
  const id = await givenImport(shop, ada, now)
  await transaction((on) => saveContested(shop, { customerId: ada, klaviyoId: 'K2' }, on))
  await transaction((on) => settleImport(shop, id, [], now, on))
  expect(await countsOf(shop)).toEqual([['synced', null, 1]])
  await transaction((on) => saveContested(shop, { customerId: ada, klaviyoId: 'K2' }, on))
  expect(await countsOf(shop)).toEqual([['issue', 'identity_conflict', 1]])
})

test('when a run is cancelled, customers that it was to send again are marked; those at the limit wait for the next', async () => {
  const shop = await givenConnectedShop()
  await transaction((on) => startFullRun(shop, { trigger: 'by_hand', by: null, always: true, now }, on))
  await saveRow(shop, ada, at('09:00:00'), { state: 'pending', code: null })
  await saveRow(shop, ben, at('09:00:00'), { state: 'pending', code: 'limit', klaviyoId: 'K2' })
  await transaction((on) => cancelOpenRun(shop, 'test', now, on))
  expect(await store.rows('select customer_id from dirty_customer where shop = $1', shop)).toEqual([
    { customer_id: ada },
  ])
})

test('a count that is wrong, whatever made it so, is right after a recount', async () => {
  const shop = await givenShop()
  await saveRow(shop, ada, at('09:00:00'))
  await givenImport(shop, ben, now)
  const right = await countsOf(shop)
  await store.rows(`update profile_count set profiles = profiles - 3 where shop = $1 and state <> 'sending'`, shop)
  expect(await countsOf(shop)).not.toEqual(right)
  await recountProfiles(shop, now, autocommit)
  expect((await countsOf(shop)).sort()).toEqual(right.sort())
})

test('when the changes of the largest import were heard is written down by the second, and at once', async () => {
  const shop = await givenShop()
  const carried = Array.from({ length: 10_000 }, (_, i) => customerId(i + 1))
  const id = await givenImport(shop, ada, now)
  await store.rows('update outbox set customers = $2 where shop = $1', shop, carried)
  const heard = carried.map((customer, i) => ({
    customerId: customer,
    heardAt: at(i < 4_000 ? '09:00:00' : '09:00:01'),
  }))
  const startedAt = performance.now()
  await transaction((on) => saveHeard(shop, [id], [...heard, { customerId: customerId(20_000), heardAt: now }], on))
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  const [{ found }] = await store.rows(`select payload->'heard' as found from outbox where shop = $1`, shop)
  const second = at('09:00:00').getTime() / 1_000
  expect([...found].sort()).toEqual([
    [second, 4_000],
    [second + 1, 6_000],
  ])
})
