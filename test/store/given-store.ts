import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import type { IntegrationStatus } from '#app/core/flow/integration-status.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { findConnection, refuseConnection, saveConnection } from '#app/store/connections.ts'
import { autocommit, closeStore, openStore, transaction } from '#app/store/database.ts'
import { saveIntendedImport } from '#app/store/imports.ts'
import { changeIntegrationStatus, finishTurningOff, saveFilled } from '#app/store/integration.ts'
import { listOpenWork } from '#app/store/open-work.ts'
import type { NextWork } from '#app/store/shop-leases.ts'
import { installShop } from '#app/store/shops.ts'
import { freshDatabase } from '#test/support/fresh-database.ts'
import { type Row, rowsIn } from '#test/support/rows.ts'

export const at = (time: string) => new Date(`2026-11-21T${time}Z`)
export const customerId = (number: number | string) => String(number) as CustomerId

export interface GivenStore {
  readonly url: string
  /** Reads the database on a connection of the test's own. */
  rows(statement: string, ...values: unknown[]): Promise<Row[]>
}

/** The store, open on a database of the test file's own. */
export function useStore(): GivenStore {
  const store = { url: '', rows: (statement: string, ...values: unknown[]) => rowsIn(store.url, statement, values) }
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await freshDatabase()
    store.url = database.url
    drop = database.drop
    await openStore(database.url, { connections: 20 })
  })
  afterAll(async () => {
    await closeStore()
    await drop()
  })
  return store
}

let shops = 0

export async function givenShop(): Promise<ShopDomain> {
  const shop = `shop-${++shops}.myshopify.com` as ShopDomain
  await installShop(shop, at('08:00:00'), autocommit)
  return shop
}

export async function givenConnectedShop(): Promise<ShopDomain> {
  const shop = await givenShop()
  await saveConnection(
    shop,
    { key: 'pk', accountId: `account of ${shop}`, accountName: 'Ada' },
    at('08:00:00'),
    autocommit,
  )
  await transaction((on) => saveFilled(shop, at('08:00:00'), on))
  return shop
}

/** Klaviyo refuses the shop's key. */
export async function givenRefused(shop: ShopDomain): Promise<void> {
  await refuseConnection((await findConnection(shop, autocommit))!, at('09:00:00'))
}

/** Changes the status of a shop in which the integration is on, with nothing in progress. */
export async function givenStatus(shop: ShopDomain, status: IntegrationStatus, now = at('09:00:00')): Promise<void> {
  if (status === 'on') return
  await transaction((on) => changeIntegrationStatus(shop, 'turning_off', on))
  if (status === 'off') await finishTurningOff(shop, { holder: null, now }, autocommit)
}

/** An import of one customer is in flight. */
export async function givenImport(shop: ShopDomain, customer: CustomerId, checkAt: Date): Promise<string> {
  return (await givenImportOf(shop, customer, checkAt)).id
}

/** The same; returns also what it carries, for `withdrawImport`. */
export async function givenImportOf(shop: ShopDomain, customer: CustomerId, checkAt: Date) {
  const id = randomUUID()
  const profiles = [{ customerId: customer, hash: 'h', fields: ['email'], updatedAt: at('09:00:00') }]
  const job = { id, run: null, profiles, readAt: at('09:00:00'), checkAt }
  const before = await transaction((on) => saveIntendedImport(shop, job, at('09:00:00'), on))
  return { id, carried: { customers: [customer], before } }
}

/** Returns everything that the sweep finds. */
export async function openWork(now: Date, until: Date): Promise<NextWork[]> {
  const found: NextWork[] = []
  for await (const shops of listOpenWork(now, { until })) found.push(...shops)
  return found
}
