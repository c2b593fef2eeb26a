import { expect, vi } from 'vitest'
import { Merchant } from '#test/sandbox/merchant.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { rowsIn } from '../../support/rows.ts'
import type { Lockstep } from './lockstep.ts'

/** A shop and its account in Klaviyo. */
export interface GivenShop {
  readonly domain: string
  readonly shop: Shop
  readonly accountId: string
  /** A private key of the account that may do all that is needed. */
  readonly key: string
  /** Another one. */
  readonly secondKey: string
  /** One that may read profiles and lists, and the account. */
  readonly readingKey: string
}

export interface ShopSetup {
  readonly name?: string
  readonly customers?: number | ((shop: Shop) => void)
  /** Whether it sells to companies. */
  readonly b2b?: boolean
}

let shops = 0

/** A shop that never saw the app. */
export function givenShop(
  { shopify, klaviyo }: Lockstep,
  { name = 'Ada & Co', customers = 0, b2b = false }: ShopSetup = {},
): GivenShop {
  const number = ++shops
  const domain = `ada-and-co-${number}.myshopify.com`
  const shop = shopify.addShop({ domain, name, timeZone: 'America/New_York', currency: 'USD', restoreRate: 1_000, b2b })
  if (typeof customers === 'function') customers(shop)
  else seedCustomers(shop, { count: customers, seed: number, refused: true })
  const accountId = `ACC00${number}`
  const keyOf = (use: string) => `pk_${use}_${number}`.padEnd(37, '0')
  const [key, secondKey, readingKey] = [keyOf('first'), keyOf('second'), keyOf('reading')]
  klaviyo.addAccount({
    id: accountId,
    name,
    keys: [
      { key, scopes: 'full' },
      { key: secondKey, scopes: 'full' },
      { key: readingKey, scopes: ['accounts:read', 'lists:read', 'profiles:read'] },
    ],
  })
  return { domain, shop, accountId, key, secondKey, readingKey }
}

/** A shop that is connected, synced in full and at rest. */
export async function givenSyncedShop(lockstep: Lockstep, setup: ShopSetup = {}): Promise<GivenShop> {
  const given = givenShop(lockstep, setup)
  const merchant = new Merchant({ app: lockstep.adminUrl, shopify: lockstep.shopify, shop: given.domain })
  await merchant.open('/app')
  expect(await merchant.submit('/app/settings.data', { intent: 'connect', key: given.key })).toContain('connected')
  await untilAtRest(lockstep, given)
  return given
}

/** Resolves when nothing is under way in the shop any more. */
export async function untilAtRest({ databaseUrl }: Lockstep, { domain }: GivenShop): Promise<void> {
  const openWork = async () => {
    const [row] = await rowsIn(
      databaseUrl,
      `select (select count(*) from dirty_customer where shop = $1 and not confirming)::int as marks,
        (select count(*) from outbox where shop = $1 and kind in ('import', 'run_import'))::int as imports,
        (select count(*) from sync_run where shop = $1 and finished_at is null)::int as runs,
        (select count(*) from reason_retry where shop = $1)::int as retries`,
      [domain],
    )
    return row
  }
  const atRest = { marks: 0, imports: 0, runs: 0, retries: 0 }
  // expect.poll works in tests only; a hook makes shops as well.
  await vi.waitFor(async () => expect(await openWork()).toEqual(atRest), { timeout: 60_000, interval: 50 })
}

/** Lets the hour pass that lies between two full syncs. */
export async function anHourPasses({ databaseUrl }: Lockstep, { domain }: GivenShop): Promise<void> {
  await rowsIn(
    databaseUrl,
    `update shop set full_sync_started_at = full_sync_started_at - interval '61 minutes' where domain = $1`,
    [domain],
  )
}
