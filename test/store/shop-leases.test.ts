import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { findConnection, refuseConnection, saveConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { saveIntendedImport } from '#app/store/imports.ts'
import { saveFilled, scheduleReconcile } from '#app/store/integration.ts'
import { blockCalls } from '#app/store/klaviyo-budgets.ts'
import { saveMarks, saveRetries } from '#app/store/marks.ts'
import { startFullRun } from '#app/store/run-starts.ts'
import { acquireShopLease, listNextWork, releaseShopLease, renewShopLease } from '#app/store/shop-leases.ts'
import { uninstallShop } from '#app/store/shops.ts'
import { eraseCustomer } from '#app/store/tombstones.ts'
import { at, customerId, givenShop, openWork, useStore } from './given-store.ts'

useStore()

const take = (shop: ShopDomain, holder: string, now: Date) =>
  acquireShopLease(shop, { holder, now, until: new Date(now.getTime() + 15_000) })

test('of many processes at once one gets the lease, and the others get its end', async () => {
  const shop = await givenShop()
  const taken = await Promise.all(Array.from({ length: 20 }, () => take(shop, randomUUID(), at('10:00:00'))))
  expect(taken.filter(({ kind }) => kind === 'taken')).toHaveLength(1)
  expect(taken.filter(({ kind }) => kind === 'held')).toHaveLength(19)
  expect(taken).toContainEqual({ kind: 'held', until: at('10:00:15') })
})

test('a holder that does not renew loses the lease, and cannot renew or release it afterwards', async () => {
  const shop = await givenShop()
  const [slow, quick] = [randomUUID(), randomUUID()]
  await take(shop, slow, at('10:00:00'))
  expect((await take(shop, quick, at('10:00:14'))).kind).toBe('held')
  expect((await take(shop, quick, at('10:00:15'))).kind).toBe('taken')

  expect(await renewShopLease(shop, { holder: slow, until: at('11:00:00') })).toBe(false)
  await releaseShopLease(shop, slow)
  expect((await take(shop, slow, at('10:00:16'))).kind).toBe('held')
})

test('a holder that renews keeps the lease, and releases it when it is done', async () => {
  const shop = await givenShop()
  const holder = randomUUID()
  await take(shop, holder, at('10:00:00'))
  expect(await renewShopLease(shop, { holder, until: at('10:00:30') })).toBe(true)
  expect(await take(shop, randomUUID(), at('10:00:20'))).toEqual({ kind: 'held', until: at('10:00:30') })
  await releaseShopLease(shop, holder)
  expect((await take(shop, randomUUID(), at('10:00:21'))).kind).toBe('taken')
})

test('there is no lease on a shop without the app, and uninstalling ends one', async () => {
  const shop = await givenShop()
  const holder = randomUUID()
  await take(shop, holder, at('10:00:00'))
  await uninstallShop(shop, at('10:00:01'))
  expect(await renewShopLease(shop, { holder, until: at('10:00:30') })).toBe(false)
  expect(await take(shop, randomUUID(), at('12:00:00'))).toEqual({ kind: 'closed' })
  expect(await take('stranger.myshopify.com' as ShopDomain, randomUUID(), at('12:00:00'))).toEqual({ kind: 'closed' })
})

async function givenConnected(): Promise<ShopDomain> {
  const shop = await givenShop()
  await saveConnection(
    shop,
    { key: 'pk', accountId: `account of ${shop}`, accountName: 'Ada' },
    at('08:00:00'),
    autocommit,
  )
  await scheduleReconcile(shop, at('23:59:00'))
  await transaction((on) => saveFilled(shop, at('08:00:00'), on))
  return shop
}

const nextAt = async (shop: ShopDomain) => (await listNextWork(shop, at('12:00:00'))).map((work) => work.at)

test('a shop’s next work is the earliest of its marks, imports, run and deletions', async () => {
  const shop = await givenConnected()
  expect(await nextAt(shop)).toEqual([])

  await transaction((on) => eraseCustomer(shop, customerId(9), [{ email: 'ada@example.com' }], at('12:00:00'), on))
  expect(await nextAt(shop)).toEqual([at('12:00:00')])
  await transaction((on) =>
    startFullRun(shop, { trigger: 'connecting', by: null, always: true, now: at('11:30:00') }, on),
  )
  expect(await nextAt(shop)).toEqual([at('11:30:00')])
  await saveRetries(
    shop,
    [{ customerId: customerId(1), attempt: 1, notBefore: at('11:00:00'), singleOnly: false }],
    at('10:00:00'),
    autocommit,
  )
  expect(await nextAt(shop)).toEqual([at('11:00:00')])
  const profiles = [{ customerId: customerId(1), hash: 'h', fields: [], updatedAt: at('10:00:00') }]
  const job = { id: randomUUID(), run: null, profiles, readAt: at('10:00:00'), checkAt: at('11:15:00') }
  await transaction((on) => saveIntendedImport(shop, job, at('10:00:00'), on))
  expect(await nextAt(shop), 'a mark behind an import waits for it').toEqual([at('11:15:00')])
})

test('a mark that is leased is work when its lease ends', async () => {
  const shop = await givenConnected()
  const { leaseMarks } = await import('#app/store/marks.ts')
  await saveMarks([{ shop, customerId: customerId(1), changes: 1, updatedAt: null }], at('10:00:00'))
  await leaseMarks(shop, { lease: randomUUID(), limit: 1, leaseMs: 120_000, markedSince: null, now: at('10:00:01') })
  expect(await nextAt(shop)).toEqual([at('10:02:01')])
})

test('an account that must wait has no work before then', async () => {
  const shop = await givenConnected()
  await saveMarks([{ shop, customerId: customerId(1), changes: 1, updatedAt: null }], at('10:00:00'))
  await blockCalls(`account of ${shop}`, { name: 'profile', limits: [] }, at('10:05:00'))
  expect(await nextAt(shop)).toEqual([at('10:05:00')])
})

test('without a connection that Klaviyo takes, or without the app, there is no work however much waits', async () => {
  const [refused, gone, unconnected] = [await givenConnected(), await givenConnected(), await givenShop()]
  for (const shop of [refused, gone, unconnected])
    await saveMarks([{ shop, customerId: customerId(1), changes: 1, updatedAt: null }], at('10:00:00'))
  await refuseConnection((await findConnection(refused, autocommit))!, at('10:00:00'))
  await uninstallShop(gone, at('10:00:00'))

  for (const shop of [refused, gone, unconnected]) expect(await nextAt(shop)).toEqual([])
  const all = (await openWork(at('12:00:00'), at('13:00:00'))).map(({ shop }) => shop)
  for (const shop of [refused, gone, unconnected]) expect(all).not.toContain(shop)
})
