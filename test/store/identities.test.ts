import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { saveIntendedMerge, saveMergedAway } from '#app/store/customer-merges.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { forgetProfiles } from '#app/store/forgotten-profiles.ts'
import { saveIntendedImport } from '#app/store/imports.ts'
import { requestKlaviyoIds, saveKlaviyoIds } from '#app/store/klaviyo-ids.ts'
import { leaseMarks, saveMarks } from '#app/store/marks.ts'
import { findHeldCustomers, forgetRequests, listDueRequests } from '#app/store/outbox.ts'
import { findKnownProfiles, saveProfiles } from '#app/store/profiles.ts'
import { eraseShop, uninstallShop } from '#app/store/shops.ts'
import { eraseCustomer } from '#app/store/tombstones.ts'
import { recordMerge } from '#app/sync/identity/record-merge.ts'
import { at, customerId, givenShop, useStore } from './given-store.ts'

const store = useStore()
const [ada, ben, eve] = [customerId(1), customerId(2), customerId(3)]
const now = at('10:00:00')
const row = {
  state: 'synced',
  code: null,
  words: null,
  conflictsWith: null,
  klaviyoId: null,
  hash: 'h',
  fields: ['email'],
  shopifyUpdatedAt: now,
  syncedAt: now,
} as const

type Shop = Awaited<ReturnType<typeof givenShop>>

async function givenImport(shop: Shop, klaviyoIds: Record<string, string | null>): Promise<string> {
  const id = randomUUID()
  const customers = Object.entries(klaviyoIds).map(([id, klaviyoId]) => ({ customerId: customerId(id), klaviyoId }))
  await transaction((on) =>
    saveProfiles(
      shop,
      customers.map((customer) => ({ ...row, ...customer })),
      now,
      on,
    ),
  )
  const profiles = customers.map((one) => ({ ...one, hash: 'n', fields: ['email'], updatedAt: now }))
  await transaction((on) => saveIntendedImport(shop, { id, run: null, profiles, readAt: now, checkAt: now }, now, on))
  return id
}

async function settle(shop: Shop, id: string, klaviyoJob: string): Promise<void> {
  const [row] = await store.rows('select payload from outbox where shop = $1 and id = $2', shop, id)
  await transaction((on) => requestKlaviyoIds(shop, { klaviyoJob, awaitsIds: row.payload.awaitsIds, now }, on))
}
const saveMerge = (shop: Shop, goneId: typeof ada, keptId: typeof ada) => recordMerge(shop, { goneId, keptId }, now)
const mergesOf = (shop: Shop) => listDueRequests(shop, 'merge', { accountId: 'any', limit: 9, now })
const idOf = async (shop: Shop, id: typeof ada) => (await findKnownProfiles(shop, [id], autocommit)).get(id)?.klaviyoId

const dueIds = async (shop: Shop) =>
  (await listDueRequests(shop, 'fetch_ids', { accountId: 'any', limit: 9, now })).map(({ subject }) => subject)

test('the ids of an import’s profiles are requested only if it carried a customer without a known one', async () => {
  const shop = await givenShop()
  await settle(shop, await givenImport(shop, { 1: 'KA', 2: 'KB' }), 'known')
  expect(await dueIds(shop)).toEqual([])
  await settle(shop, await givenImport(shop, { 1: 'KA', 3: null }), 'unknown')
  expect(await dueIds(shop)).toEqual(['unknown'])
  expect(await dueIds(await givenShop())).toEqual([])
})

test('an id that was fetched never replaces a known one', async () => {
  const [shop, other] = [await givenShop(), await givenShop()]
  for (const each of [shop, other]) await settle(each, await givenImport(each, { 1: null, 2: 'KB' }), 'job')
  const fetched = [
    { customerId: ada, klaviyoId: 'KA' },
    { customerId: ben, klaviyoId: 'another' },
    { customerId: eve, klaviyoId: 'nobody here' },
  ]
  await transaction((on) => saveKlaviyoIds(shop, fetched, on))
  expect([await idOf(shop, ada), await idOf(shop, ben), await idOf(shop, eve)]).toEqual(['KA', 'KB', undefined])
  expect(await idOf(other, ada)).toBeNull()
})

test('a merge holds back the marks of both customers and no others, until it has ended', async () => {
  const shop = await givenShop()
  await saveMarks(
    [ada, ben, eve].map((customerId) => ({ shop, customerId, changes: 1, updatedAt: null })),
    now,
  )
  await saveMerge(shop, ben, ada)
  const lease = () =>
    leaseMarks(shop, { lease: randomUUID(), limit: 9, leaseMs: 1, markedSince: null, now: at('11:00:00') })
  expect((await lease()).map(({ customerId }) => customerId)).toEqual([eve])
  expect((await findHeldCustomers(shop)).has(ada)).toBe(true)
  expect((await findHeldCustomers(shop)).has(eve)).toBe(false)
  await forgetRequests(shop, ['merge'], autocommit)
  expect((await lease()).map(({ customerId }) => customerId).sort()).toEqual([ada, ben])
})

test('a merge is recorded once, of a shop that has the app', async () => {
  const [shop, left] = [await givenShop(), await givenShop()]
  await uninstallShop(left, now)
  for (const each of [shop, shop, left]) await recordMerge(each, { goneId: ben, keptId: ada }, now)
  expect(await mergesOf(left)).toEqual([])
  expect(await mergesOf(shop)).toMatchObject([{ subject: ben, payload: { keptId: ada, tries: 0 } }])
})

test('the kept customer is pushed even if nothing changed, and the merged one is gone for every earlier read', async () => {
  const shop = await givenShop()
  await transaction((on) =>
    saveProfiles(
      shop,
      [
        { ...row, customerId: ada, klaviyoId: 'KA' },
        { ...row, customerId: ben, klaviyoId: 'KB' },
      ],
      now,
      on,
    ),
  )
  await saveIntendedMerge(shop, { keptId: ada, klaviyoId: 'KB', fields: ['email'], now })
  await transaction((on) => saveMergedAway(shop, ben, at('10:05:00'), on))
  const known = await findKnownProfiles(shop, [ada, ben], autocommit)
  expect(known.get(ada)).toMatchObject({ klaviyoId: 'KA', hash: null })
  expect(known.get(ben)).toMatchObject({ state: 'gone', klaviyoId: null, readAt: at('10:05:00') })
})

test('a kept customer without a profile takes over the other’s, but an erased one does not', async () => {
  const shop = await givenShop()
  await transaction((on) => saveProfiles(shop, [{ ...row, customerId: ben, klaviyoId: 'KB' }], now, on))
  await transaction((on) => eraseCustomer(shop, eve, [], now, on))
  const merge = { klaviyoId: 'KB', fields: ['email'], now }
  await saveIntendedMerge(shop, { ...merge, keptId: ada })
  await saveIntendedMerge(shop, { ...merge, keptId: eve })
  expect(await idOf(shop, ada)).toBe('KB')
  expect(await idOf(shop, eve)).toBeUndefined()
})

test('a reset forgets omitted fields, and fetches ids again; Klaviyo ids are kept', async () => {
  const shop = await givenShop()
  const omitted = [{ field: 'phone_number', reason: 'taken', words: '', value: 'v' }] as const
  await transaction((on) =>
    saveProfiles(shop, [{ ...row, customerId: ada, klaviyoId: 'KA', conflictsWith: 'KX', omitted }], now, on),
  )
  expect((await findKnownProfiles(shop, [ada], autocommit)).get(ada)).toMatchObject({ omitted, conflictsWith: 'KX' })
  await saveMerge(shop, ben, ada)
  await transaction((on) => forgetProfiles(shop, now, on))
  expect((await findKnownProfiles(shop, [ada], autocommit)).get(ada)).toMatchObject({
    omitted: [],
    conflictsWith: null,
    klaviyoId: 'KA',
  })
  expect(await mergesOf(shop)).toHaveLength(1)
})

test('an erased customer is in no merge any more, and of an erased shop nothing remains', async () => {
  const shop = await givenShop()
  await saveMerge(shop, ben, ada)
  await transaction((on) => eraseCustomer(shop, ada, [], now, on))
  expect(await mergesOf(shop)).toEqual([])
  await settle(shop, await givenImport(shop, { 3: null }), 'job')
  await saveMerge(shop, eve, ben)
  await eraseShop(shop)
  expect(await store.rows('select shop from outbox where shop = $1', shop)).toEqual([])
})
