import { afterAll, beforeAll } from 'vitest'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { closeStore, openStore } from '#app/store/database.ts'
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
  await installShop(shop, at('08:00:00'))
  return shop
}
