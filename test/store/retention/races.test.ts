import pg from 'pg'
import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { fieldSetNumber, holdFieldSets } from '#app/store/field-sets.ts'
import { findKnownProfiles, saveProfiles } from '#app/store/profiles.ts'
import { findShop, installShop, recordAccount, uninstallShop } from '#app/store/shops.ts'
import { waitingForLock } from '#test/support/lock-waits.ts'
import { customerId, givenConnectedShop, givenShop, useStore } from '../given-store.ts'
import { sweep } from './sweep.ts'

const store = useStore()
const DAY_MS = 24 * 60 * 60_000
const start = new Date()
const afterDays = (days: number) => new Date(start.getTime() + days * DAY_MS)

const setsOf = (shop: ShopDomain) => store.rows('select names from field_set where shop = $1', shop)

async function saveWith(shop: ShopDomain, fields: string[], readAt: Date): Promise<void> {
  const rest = { code: null, words: null, conflictsWith: null, klaviyoId: null, hash: 'h' }
  const row = { ...rest, customerId: customerId(1), state: 'synced' as const, fields, shopifyUpdatedAt: null }
  await transaction((on) => saveProfiles(shop, [{ ...row, syncedAt: readAt }], readAt, on))
}

/** Runs `work` while another transaction holds what `statement` locks, until `work` waits for it; then ends that transaction. */
async function whileHeld(statement: string, value: unknown, work: () => Promise<void>): Promise<void> {
  const holder = new pg.Client({ connectionString: store.url })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query(statement, [value])
    await work()
    await holder.query('commit')
  } finally {
    await holder.end()
  }
}

test('a set that a profile refers to stays, and one that none refers to any more goes', async () => {
  const shop = await givenShop()
  await saveWith(shop, ['email', 'first_name'], afterDays(0))
  await saveWith(shop, ['email'], afterDays(1))
  await sweep(afterDays(2))
  expect(await setsOf(shop)).toHaveLength(2)
  await sweep(afterDays(4))
  expect(await setsOf(shop)).toEqual([{ names: ['email'] }])
})

test('a set that an import on its way carries stays', async () => {
  const shop = await givenShop()
  const number = await fieldSetNumber(shop, ['email', 'phone_number'], autocommit)
  await store.rows(
    `insert into profile (shop, customer_id, state, read_at, request, hash, field_set)
     values ($1, 1, 'synced', now(), gen_random_uuid(), 'h', $2)`,
    shop,
    number,
  )
  for (const day of [5, 7, 9]) await sweep(afterDays(day))
  expect(await setsOf(shop)).toHaveLength(1)
})

test('a number that was cached before its set was dropped is not written: the set is created again', async () => {
  const shop = await givenShop()
  await saveWith(shop, ['email', 'last_name'], afterDays(0))
  await saveWith(shop, ['email'], afterDays(1))
  for (const day of [10, 12]) await sweep(afterDays(day))
  await saveWith(shop, ['email', 'last_name'], afterDays(13))
  const known = await findKnownProfiles(shop, [customerId(1)], autocommit)
  expect(known.get(customerId(1))?.fields).toEqual(['email', 'last_name'])
  const dangling = await store.rows(
    'select 1 from profile p where p.shop = $1 and not exists (select 1 from field_set f where f.shop = p.shop and f.id = p.field_set)',
    shop,
  )
  expect(dangling).toEqual([])
})

test('a set that a transaction is about to refer to is skipped by the sweep', async () => {
  const shop = await givenShop()
  await fieldSetNumber(shop, ['email', 'locale'], autocommit)
  await sweep(afterDays(14))
  await transaction(async (on) => {
    await holdFieldSets(shop, [['email', 'locale']], on)
    await sweep(afterDays(16))
    await on.query({
      text: `insert into profile (shop, customer_id, state, read_at, field_set)
        select $1, 1, 'synced', now(), id from field_set where shop = $1`,
      values: [shop],
    })
  })
  for (const day of [17, 19]) await sweep(afterDays(day))
  expect(await setsOf(shop)).toHaveLength(1)
})

test('a set that was referred to between two looks counts as unused from the second one on', async () => {
  const shop = await givenShop()
  await fieldSetNumber(shop, ['email', 'zip'], autocommit)
  await sweep(afterDays(20))
  await saveWith(shop, ['email', 'zip'], afterDays(20))
  await saveWith(shop, ['email'], afterDays(21))
  await sweep(afterDays(22))
  expect(await setsOf(shop)).toHaveLength(2)
})

test('a transaction that needs a set which is being dropped waits, and creates it again', async () => {
  const shop = await givenShop()
  await fieldSetNumber(shop, ['email', 'city'], autocommit)
  let saved: Promise<void> | undefined
  await whileHeld('delete from field_set where shop = $1', shop, async () => {
    saved = saveWith(shop, ['email', 'city'], afterDays(0))
    await waitingForLock(store.url)
  })
  await saved
  const [row] = await store.rows(
    'select f.names from profile p join field_set f on f.shop = p.shop and f.id = p.field_set where p.shop = $1',
    shop,
  )
  expect(row.names).toEqual(['email', 'city'])
})

test('a shop that is being reinstalled as the sweep comes keeps its rows and its key', async () => {
  const shop = await givenConnectedShop()
  await saveWith(shop, ['email'], afterDays(0))
  await uninstallShop(shop, afterDays(0))
  const reinstalled = afterDays(70)
  // The reinstallation is not committed yet when the sweep reads the shop.
  await whileHeld('update shop set uninstalled_at = null, installed_at = now() where domain = $1', shop, () =>
    sweep(reinstalled),
  )
  await sweep(afterDays(71))
  expect((await findShop(shop))?.uninstalledAt).toBeNull()
  expect(await findConnection(shop, autocommit)).not.toBeNull()
  expect((await findKnownProfiles(shop, [customerId(1)], autocommit)).size).toBe(1)
})

test('a shop that is reinstalled halfway through its deletion keeps the remaining rows, and is filled like a new one', async () => {
  const shop = await givenConnectedShop()
  await recordAccount(shop, 'account', autocommit)
  await saveWith(shop, ['email'], afterDays(0))
  await store.rows(`insert into tombstone (shop, customer_id, erased_at) values ($1, 9, now())`, shop)
  await store.rows(
    `insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
     select $1, n, now(), now(), now() from generate_series(1, 30) n`,
    shop,
  )
  await uninstallShop(shop, afterDays(0))
  await sweep(afterDays(72), { rows: 10, batches: 2 })
  expect(await installShop(shop, afterDays(72), autocommit)).toBe(true)
  await sweep(afterDays(80))
  const left = await store.rows('select count(*)::int as rows from dirty_customer where shop = $1', shop)
  expect(left).toEqual([{ rows: 10 }])
  expect((await findKnownProfiles(shop, [customerId(1)], autocommit)).size).toBe(1)
  expect(await store.rows('select 1 from tombstone where shop = $1', shop)).toHaveLength(1)
  expect((await findShop(shop))?.filledAt).toBeNull()
  expect(await recordAccount(shop, 'account', autocommit)).toBe(true)
})

test('what was written of a shop as it was being erased goes too, but nothing of a shop that has the app', async () => {
  const [gone, living] = [await givenShop(), await givenShop()]
  for (const shop of [gone, living]) await saveWith(shop, ['email'], afterDays(0))
  await store.rows('delete from shop where domain = $1', gone)
  for (const day of [81, 82]) await sweep(afterDays(day))
  const held = await store.rows('select distinct shop from profile where shop = any($1)', [gone, living])
  expect(held).toEqual([{ shop: living }])
  expect(await setsOf(gone)).toEqual([])
  expect(await findShop(gone)).toBeNull()
})
