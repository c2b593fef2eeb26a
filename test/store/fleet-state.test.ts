import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { openAlert } from '#app/store/alerts.ts'
import { autocommit } from '#app/store/database.ts'
import { readFleetState } from '#app/store/fleet-state.ts'
import { saveMarks } from '#app/store/marks.ts'
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
