import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeStore, openStore, transaction } from '#app/store/database.ts'
import { saveIntendedImport } from '#app/store/imports.ts'
import { saveIntendedPushes } from '#app/store/intended-pushes.ts'
import { findOwners } from '#app/store/profile-owners.ts'
import { saveProfiles } from '#app/store/profiles.ts'
import { freshDatabase } from '#test/support/fresh-database.ts'
import { at, customerId, givenShop } from './given-store.ts'

const CONNECTIONS = 4
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await freshDatabase()
  drop = database.drop
  await openStore(database.url, { connections: CONNECTIONS })
})
afterAll(async () => {
  await closeStore()
  await drop()
})

test('as many transactions as there are connections, each with field sets that are new, need no other connection', async () => {
  const shop = await givenShop()
  let begun = 0
  let allHaveBegun = () => {}
  const allBegun = new Promise<void>((resolve) => {
    allHaveBegun = resolve
  })
  const row = {
    state: 'synced',
    code: null,
    words: null,
    conflictsWith: null,
    hash: 'h',
    shopifyUpdatedAt: null,
  } as const
  const saveOne = (number: number) =>
    transaction(async (on) => {
      if (++begun === CONNECTIONS) allHaveBegun()
      await allBegun
      const [customer, readAt] = [customerId(number), at('09:00:00')]
      const fields = ['email', `properties.${number}`]
      const klaviyoId = `K${number}`
      await saveIntendedPushes(shop, [{ customerId: customer, mayCarry: [...fields, 'phone_number'] }], readAt, on)
      await saveProfiles(shop, [{ ...row, customerId: customer, klaviyoId, fields, syncedAt: readAt }], readAt, on)
      const carried = {
        customerId: customer,
        hash: 'h',
        fields: ['email', 'zip', `properties.${number}`],
        updatedAt: readAt,
      }
      const job = {
        id: `00000000-0000-4000-8000-00000000000${number}`,
        run: null,
        profiles: [carried],
        readAt,
        checkAt: readAt,
      }
      await saveIntendedImport(shop, job, readAt, on)
      return findOwners(shop, [klaviyoId], on)
    })
  const owners = await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => saveOne(i + 1)))
  expect(owners.map((found) => [...found.values()][0]?.fields)).toEqual(
    [1, 2, 3, 4].map((number) => ['email', 'zip', `properties.${number}`]),
  )
})
