import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { forgetImport, settleImport, withdrawImport } from '#app/store/imports.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'
import { findKnownProfiles, type ProfileRow, saveProfiles } from '#app/store/profiles.ts'
import { at, customerId, givenImportOf, givenShop, useStore } from './given-store.ts'

useStore()

const ada = customerId(1)
const now = at('10:00:00')

const left: ProfileRow = {
  customerId: ada,
  state: 'excluded',
  code: 'future_only',
  words: null,
  conflictsWith: null,
  klaviyoId: null,
  hash: 'as they were',
  fields: null,
  shopifyUpdatedAt: at('09:00:00'),
  syncedAt: null,
}

async function givenLeft(): Promise<ShopDomain> {
  const shop = await givenShop()
  await transaction((on) => saveProfiles(shop, [left], at('08:00:00'), on))
  return shop
}

const known = async (shop: ShopDomain) => (await findKnownProfiles(shop, [ada], autocommit)).get(ada)
const counted = async (shop: ShopDomain) =>
  (await listProfileCounts(shop)).filter(({ profiles }) => profiles > 0).map(({ state, code }) => [state, code])

test('a baseline customer is known as such, with its hash', async () => {
  const shop = await givenLeft()
  expect(await known(shop)).toMatchObject({ state: 'excluded', futureOnly: true, hash: 'as they were', fields: [] })
  expect(await counted(shop)).toEqual([['excluded', 'future_only']])
})

test.each([
  ['brought in sync', { state: 'synced', code: null, hash: 'new', fields: ['email'], syncedAt: now }],
  ['found without an address', { state: 'excluded', code: 'no_email', hash: null }],
  ['refused by Klaviyo', { state: 'issue', code: 'profile_refused', hash: null }],
] as const)('who was left and then is %s is no longer left', async (_, settled) => {
  const shop = await givenLeft()
  await transaction((on) => saveProfiles(shop, [{ ...left, ...settled, shopifyUpdatedAt: now }], now, on))
  expect(await known(shop)).toMatchObject({ futureOnly: false, state: settled.state })
  expect(await counted(shop)).toEqual([[settled.state, settled.code]])
})

test('a synced customer that becomes a baseline one keeps its delivered fields, to be cleared when they are removed', async () => {
  const shop = await givenShop()
  const synced = { ...left, state: 'synced', code: null, hash: 'old', fields: ['email', 'first_name'] } as const
  await transaction((on) => saveProfiles(shop, [{ ...synced, syncedAt: at('08:00:00') }], at('08:00:00'), on))
  await transaction((on) => saveProfiles(shop, [left], now, on))
  expect(await known(shop)).toMatchObject({ futureOnly: true, hash: 'as they were', fields: ['email', 'first_name'] })
})

test('a settled import ends the baseline state; one that Klaviyo did not accept does not', async () => {
  const [settled, withdrawn, forgotten] = [await givenLeft(), await givenLeft(), await givenLeft()]
  const jobs = await Promise.all([settled, withdrawn, forgotten].map((shop) => givenImportOf(shop, ada, now)))
  await transaction((on) => settleImport(settled, jobs[0]!.id, [], now, on))
  await transaction((on) => withdrawImport(withdrawn, jobs[1]!.id, jobs[1]!.carried, on))
  await transaction((on) => forgetImport(forgotten, jobs[2]!.id, on))

  expect(await known(settled)).toMatchObject({ state: 'synced', futureOnly: false, hash: 'h', inFlight: null })
  expect(await known(withdrawn)).toMatchObject({ futureOnly: true, hash: 'as they were', inFlight: null })
  expect(await known(forgotten), 'what it applied is unknown').toMatchObject({ hash: null, inFlight: null })
})
