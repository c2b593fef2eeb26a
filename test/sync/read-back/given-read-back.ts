import { expect } from 'vitest'
import type { ReadBacks } from '#app/core/report/read-back-report.ts'
import { readAllBack } from '#app/sync/read-back/read-all-back.ts'
import { loadReadBacks } from '#app/sync/report/load-read-backs.ts'
import type { ProfileRecord } from '#test/sandbox/klaviyo/profiles/profile-record.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, type Sandbox, syncToRest } from '#test/support/sandbox.ts'

/** Klaviyo may show a profile as it was for so long after it was written. */
const SETTLES_MS = 6 * 60_000
export const A_DAY_MS = 24 * 60 * 60_000

/** Customers with points and a tier. */
const many = (count: number) => (shop: Shop) =>
  shop.customers.createMany(count, (i) => ({
    email: `c${i}@example.com`,
    firstName: `Ada ${i}`,
    lastName: 'Old',
    points: 250,
    tier: 'Gold',
    updatedAt: '2026-01-01T00:00:00Z',
  }))

/** A shop at rest, whose profiles were sent long enough ago to be compared. */
export async function givenSentShop(
  sandbox: Sandbox,
  customers: number,
  settings: Parameters<typeof givenConnectedShop>[2] = {},
): Promise<InstalledShop & ReturnType<typeof looksAt>> {
  const given = await givenConnectedShop(sandbox, many(customers), settings)
  skip(SETTLES_MS)
  return { ...given, ...looksAt(sandbox, given) }
}

export function looksAt(sandbox: Sandbox, given: InstalledShop) {
  const { domain, shop, accountId } = given
  const account = () => sandbox.klaviyo.account(accountId)
  const ids = () => shop.customers.ascending().map(({ id }) => id)
  const readBacks = (): Promise<ReadBacks> => loadReadBacks(domain, clock())
  return {
    account,
    ids,
    readBacks,
    rows: (statement: string) => rowsIn(sandbox.databaseUrl, statement, [domain]),
    /** The profile that Lockstep knows as this customer's. */
    profileOf: async (customerId: string): Promise<ProfileRecord | undefined> => {
      const [row] = await rowsIn(
        sandbox.databaseUrl,
        'select klaviyo_id from profile where shop = $1 and customer_id = $2::bigint',
        [domain, customerId],
      )
      return account().profileById(row.klaviyo_id)
    },
    /** Reads all profiles back, and lets everything come to rest. Returns what the page says of it. */
    readAll: async () => {
      expect(await readAllBack(domain, { by: 'Ada', now: clock() })).toEqual({ kind: 'started' })
      await syncToRest(domain)
      return (await readBacks()).ended[0]!
    },
    /** Waits until what was just sent can be compared. */
    settle: () => skip(SETTLES_MS),
  }
}
