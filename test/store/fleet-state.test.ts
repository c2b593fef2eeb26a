import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { openAlert } from '#app/store/alerts.ts'
import { autocommit, execute, sql } from '#app/store/database.ts'
import { readFleetState } from '#app/store/fleet-state.ts'
import { saveMarks } from '#app/store/marks.ts'
import { saveShopifyTrouble } from '#app/store/shopify-troubles.ts'
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

useStore()

async function givenMark(shop: ShopDomain, time: string, customer = 1): Promise<void> {
  await saveMarks([{ shop, customerId: customerId(customer), changes: 1, updatedAt: null }], at(time))
}

async function state(time: string): Promise<Record<string, number>> {
  const found = await readFleetState(at(time))
  return Object.fromEntries(found.map(({ name, a, b, value }) => [[name, a, b].filter(Boolean).join(' '), value]))
}

test('with nothing to do there is no lag', async () => {
  expect(await state('10:00:00')).toEqual({ due: 0, 'lag 0.5': 0, 'lag 0.95': 0, 'lag 1': 0, stalled: 0 })
})

test('lag is the age of each shop’s oldest due change, of shops that may send', async () => {
  for (const [minutes, marks] of [
    [1, 3],
    [2, 1],
    [9, 2],
  ] as const) {
    const shop = await givenConnectedShop()
    for (let i = 0; i < marks; i++) await givenMark(shop, `10:${String(10 - minutes + i).padStart(2, '0')}:00`, i + 1)
  }
  const off = await givenConnectedShop()
  await givenMark(off, '09:00:00')
  await givenStatus(off, 'off')
  const refused = await givenConnectedShop()
  await givenMark(refused, '09:00:00')
  await givenRefused(refused)
  await givenMark(await givenShop(), '09:00:00')

  const { due, ...lags } = await state('10:10:00')
  expect(due).toBe(3)
  expect(lags).toMatchObject({ 'lag 0.5': 120, 'lag 1': 540 })
  expect(lags['lag 0.95']).toBeGreaterThan(120)
})

test('of runs that make no progress only those are counted that could: not one that is held, or whose shop is off or refused', async () => {
  const open = (shop: ShopDomain, time: string, more: { held?: boolean } = {}) =>
    execute(
      sql`insert into sync_run (id, shop, kind, trigger, state, requested_at, progress_at, not_before, check_state)
          values (gen_random_uuid(), ${shop}, 'reconcile', 'nightly', 'reading', ${at(time)}, ${at(time)}, ${at(time)}, ${more.held ? 'held' : null})`,
      autocommit,
    )
  await open(await givenConnectedShop(), '09:50:00')
  await open(await givenConnectedShop(), '09:00:00', { held: true })
  const [off, refused, frozen] = [await givenConnectedShop(), await givenConnectedShop(), await givenConnectedShop()]
  await givenStatus(off, 'off')
  await givenRefused(refused)
  await saveShopifyTrouble(frozen, { why: 'payment_due', words: null, now: at('09:00:00') }, autocommit)
  for (const shop of [off, refused, frozen]) await open(shop, '09:00:00')
  expect(await state('10:00:00')).toMatchObject({ stalled: 600, 'runs reconcile reading': 5 })
})

test('requests are counted by kind, and open alerts by cause', async () => {
  const shop = await givenConnectedShop()
  await givenImport(shop, customerId(7), at('09:00:00'))
  await openAlert(
    shop,
    { cause: 'webhooks_silent' as never, since: at('09:00:00'), detail: {} as never },
    at('09:00:00'),
    autocommit,
  )
  expect(await state('10:00:00')).toMatchObject({ 'outbox import': 1, 'alerts webhooks_silent': 1 })
})
