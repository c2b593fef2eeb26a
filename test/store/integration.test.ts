import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { SyncRunState } from '#app/core/flow/sync-run-state.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { deleteConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { countImports, settleImport } from '#app/store/imports.ts'
import { changeIntegrationStatus, finishTurningOff, scheduleReconcile } from '#app/store/integration.ts'
import { startCatchUpRun, startFullRun } from '#app/store/run-starts.ts'
import { saveChoice } from '#app/store/settings.ts'
import { acquireShopLease } from '#app/store/shop-leases.ts'
import { findShop, saveShopFacts, uninstallShop } from '#app/store/shops.ts'
import { findOpenRun, stepRun } from '#app/store/sync-runs.ts'
import { statuses, statusSteps } from '#test/core/flow/given-steps.ts'
import {
  at,
  customerId,
  givenConnectedShop,
  givenImport,
  givenRefused,
  givenShop,
  givenStatus,
  useStore,
} from './given-store.ts'

const store = useStore()

const turn = (shop: ShopDomain, to: 'on' | 'turning_off') => transaction((on) => changeIntegrationStatus(shop, to, on))
const settle = (shop: ShopDomain, now: Date, holder: string | null = null) =>
  finishTurningOff(shop, { holder, now }, autocommit)
const rowOf = async (shop: ShopDomain) => (await store.rows('select * from shop where domain = $1', shop))[0]
const statusOf = async (shop: ShopDomain) => (await findShop(shop))?.status

test('a new shop is on, compared by night, and waits for no delay', async () => {
  expect(await findShop(await givenShop())).toMatchObject({
    status: 'on',
    settingsVersion: 0,
    stoppedAt: null,
    syncing: { syncDelayMs: 0, nightlyReconcile: true, hourlyCheck: false, holdAbovePercent: 30 },
    drainedAt: null,
    nextReconcileAt: null,
    leasedUntil: null,
  })
})

test.each(statusSteps)('from $from to $to the integration goes: $allowed', async ({ from, to, allowed }) => {
  const shop = await givenConnectedShop()
  await givenStatus(shop, from)
  expect(await statusOf(shop)).toBe(from)
  const before = await rowOf(shop)

  const turned = to === 'off' ? await settle(shop, at('10:00:00')) : await turn(shop, to)

  expect(turned).toBe(allowed)
  if (!allowed) expect(await rowOf(shop)).toEqual(before)
  else expect(await findShop(shop)).toMatchObject({ status: to, stoppedAt: to === 'off' ? at('10:00:00') : null })
})

test('a turn by a merchant makes what was seen before it old; that the last batch is settled does not', async () => {
  const shop = await givenConnectedShop()
  await turn(shop, 'turning_off')
  expect(await findShop(shop)).toMatchObject({ settingsVersion: 1 })
  await settle(shop, at('10:00:00'))
  expect(await findShop(shop)).toMatchObject({ settingsVersion: 1, stoppedAt: at('10:00:00') })
  await turn(shop, 'on')
  expect(await findShop(shop)).toMatchObject({ settingsVersion: 2, stoppedAt: null })
})

test('the nightly comparison of a shop that is turned on is scheduled again; turning off does not change it', async () => {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, at('02:00:00'))
  await turn(shop, 'turning_off')
  expect(await findShop(shop)).toMatchObject({ nextReconcileAt: at('02:00:00') })
  await turn(shop, 'on')
  expect(await findShop(shop)).toMatchObject({ nextReconcileAt: null })
})

test('of twenty turns at once one turns', async () => {
  const shop = await givenConnectedShop()
  for (const to of ['turning_off', 'on'] as const) {
    const turned = await Promise.all(Array.from({ length: 20 }, () => turn(shop, to)))
    expect(turned.filter(Boolean), to).toHaveLength(1)
  }
  expect(await findShop(shop)).toMatchObject({ status: 'on', settingsVersion: 2 })
})

test('the status does not change in a shop without the app, or in an unknown one', async () => {
  const gone = await givenConnectedShop()
  await uninstallShop(gone, at('09:00:00'))
  for (const shop of [gone, 'stranger.myshopify.com' as ShopDomain]) {
    expect(await turn(shop, 'turning_off')).toBe(false)
    expect(await settle(shop, at('10:00:00'))).toBe(false)
  }
  expect(await statusOf(gone)).toBe('on')
})

test('while another process holds the lease it is not off, until the lease is released or expires', async () => {
  const shop = await givenConnectedShop()
  const [holder, another] = [randomUUID(), randomUUID()]
  await acquireShopLease(shop, { holder, now: at('10:00:00'), until: at('10:00:15') })
  await givenStatus(shop, 'turning_off')

  expect(await settle(shop, at('10:00:14'))).toBe(false)
  expect(await settle(shop, at('10:00:14'), another)).toBe(false)
  expect(await statusOf(shop)).toBe('turning_off')
  expect(await settle(shop, at('10:00:15'))).toBe(true)
})

test('the lease holder can finish turning off while holding the lease', async () => {
  const shop = await givenConnectedShop()
  const holder = randomUUID()
  await acquireShopLease(shop, { holder, now: at('10:00:00'), until: at('10:00:15') })
  await givenStatus(shop, 'turning_off')
  expect(await settle(shop, at('10:00:01'), holder)).toBe(true)
  expect(await findShop(shop)).toMatchObject({ status: 'off', stoppedAt: at('10:00:01') })
})

test('while Klaviyo can be asked about an import, the shop is off only once it is settled', async () => {
  const shop = await givenConnectedShop()
  const job = await givenImport(shop, customerId(1), at('09:30:00'))
  await givenStatus(shop, 'turning_off')
  expect(await settle(shop, at('23:00:00'))).toBe(false)
  expect(await statusOf(shop)).toBe('turning_off')

  await transaction((on) => settleImport(shop, job, [], at('23:00:00'), on))
  expect(await settle(shop, at('23:00:01'))).toBe(true)
})

test.each([
  ['refused', givenRefused],
  ['gone', (shop: ShopDomain) => deleteConnection(shop, autocommit)],
] as const)('an import whose result cannot be read is not waited for: the connection is %s', async (_, end) => {
  const shop = await givenConnectedShop()
  await givenImport(shop, customerId(1), at('09:30:00'))
  await givenStatus(shop, 'turning_off')
  await end(shop)
  expect(await settle(shop, at('10:00:00'))).toBe(true)
  expect(await countImports(shop, autocommit), 'it is still known').toBe(1)
})

test('another shop’s imports and connection do not matter', async () => {
  const [shop, other] = [await givenConnectedShop(), await givenConnectedShop()]
  await givenImport(other, customerId(1), at('09:30:00'))
  await givenStatus(shop, 'turning_off')
  expect(await settle(shop, at('10:00:00'))).toBe(true)
  expect(await statusOf(other)).toBe('on')
})

const way: SyncRunState[] = ['queued', 'reading', 'delivering']

test.each(way)('a run that is %s is paused where it is, and remembers', async (state) => {
  const shop = await givenConnectedShop()
  const id = (await transaction((on) =>
    startFullRun(shop, { trigger: 'by_hand', by: null, always: true, now: at('08:30:00') }, on),
  ))!
  for (let i = 0; i < way.indexOf(state); i++) {
    await transaction((on) => stepRun(shop, { id, from: way[i]!, to: way[i + 1]!, now: at('08:30:01') }, on))
  }
  await givenStatus(shop, 'turning_off')
  expect(await findOpenRun(shop, autocommit), 'current work continues').toMatchObject({ state })

  expect(await settle(shop, at('10:00:00'))).toBe(true)

  expect(await store.rows('select state, paused_from, finished_at from sync_run where id = $1', id)).toEqual([
    { state: 'paused', paused_from: state, finished_at: null },
  ])
})

test('of twenty attempts to finish turning off at once, one succeeds, and the run is paused once', async () => {
  const [shop, other] = [await givenConnectedShop(), await givenConnectedShop()]
  for (const one of [shop, other]) await startCatchUpRun(one, null, at('08:30:00'))
  await givenStatus(shop, 'turning_off')

  const stopped = await Promise.all(Array.from({ length: 20 }, () => settle(shop, at('10:00:00'))))

  expect(stopped.filter(Boolean)).toHaveLength(1)
  const runs = 'select state, paused_from from sync_run where shop = $1'
  expect(await store.rows(runs, shop)).toEqual([{ state: 'paused', paused_from: 'queued' }])
  expect(await store.rows(runs, other)).toEqual([{ state: 'queued', paused_from: null }])
})

test('a turn that is not kept pauses nothing', async () => {
  const shop = await givenConnectedShop()
  await startCatchUpRun(shop, null, at('08:30:00'))
  await givenStatus(shop, 'turning_off')
  const undone = transaction(async (on) => {
    expect(await finishTurningOff(shop, { holder: null, now: at('10:00:00') }, on)).toBe(true)
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await statusOf(shop)).toBe('turning_off')
  expect(await findOpenRun(shop, autocommit)).toMatchObject({ state: 'queued' })
})

test.each(statuses)('settings are saved while the integration is %s, which stays so', async (status) => {
  const shop = await givenConnectedShop()
  await givenStatus(shop, status)
  const { settingsVersion } = (await findShop(shop))!
  const settings = { syncDelayMs: 3_600_000, nightlyReconcile: false, hourlyCheck: false, holdAbovePercent: 30 }
  await transaction((on) => saveChoice(shop, 'syncing', { choice: settings, comparedFrom: null }, on))
  expect(await findShop(shop)).toMatchObject({ status, syncing: settings, settingsVersion: settingsVersion + 1 })
})

test('a night that is planned stays planned, until comparing is turned off or on or the shop’s clock is another', async () => {
  const shop = await givenConnectedShop()
  const next = async () => (await findShop(shop))?.nextReconcileAt
  const save = (syncDelayMs: number, nightlyReconcile: boolean) =>
    transaction((on) =>
      saveChoice(
        shop,
        'syncing',
        { choice: { syncDelayMs, nightlyReconcile, hourlyCheck: false, holdAbovePercent: 30 }, comparedFrom: null },
        on,
      ),
    )
  const move = (timeZone: string) =>
    saveShopFacts(shop, { name: 'Ada', timeZone, currency: 'EUR', scopes: '', b2b: false }, at('09:00:00'))
  await move('Europe/Berlin')
  await scheduleReconcile(shop, at('02:00:00'))

  await scheduleReconcile(shop, at('03:00:00'))
  expect(await next()).toEqual(at('02:00:00'))
  await save(60_000, true)
  await move('Europe/Berlin')
  expect(await next()).toEqual(at('02:00:00'))

  await move('America/New_York')
  expect(await next()).toBeNull()
  await scheduleReconcile(shop, at('08:00:00'))
  await save(60_000, false)
  expect(await next()).toBeNull()
  await scheduleReconcile(shop, at('08:00:00'))
  await save(60_000, true)
  expect(await next()).toBeNull()
})
