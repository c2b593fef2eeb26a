import { expect } from 'vitest'
import type { LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { findShop } from '#app/store/shops.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { requestsOf } from '#test/support/requests.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, type Sandbox, syncToRest } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'
import { tellUndated } from '#test/support/tell.ts'

type Given = Pick<InstalledShop, 'domain'>

/** Turns loyalty activity on, with some differences, as the page that was just loaded does. */
export function chooseLoyalty(given: Given, differs: Partial<LoyaltyChoice> = {}): Promise<IntegrationChange> {
  return choose(given, 'loyalty', { on: true, ...differs })
}

/** A shop at rest in which loyalty activity is on, with customers of 250 points and Gold. */
export async function givenLoyalShop(
  sandbox: Sandbox,
  customers: number | ((shop: Shop) => void) = 1,
  settings: { nightly?: boolean } = {},
) {
  const given = await givenConnectedShop(
    sandbox,
    (shop) => {
      if (typeof customers === 'function') customers(shop)
      else
        shop.customers.createMany(customers, (i) => ({
          email: `c${i}@example.com`,
          points: 250,
          tier: 'Gold',
          updatedAt: '2026-01-01T00:00:00Z',
        }))
    },
    settings,
  )
  expect(await chooseLoyalty(given)).toEqual({ kind: 'saved', setting: 'loyalty', compares: true })
  await syncToRest(given.domain)
  return { ...given, ...looksAt(sandbox, given) }
}

/** The ways to change customers' loyalty, and to see what Klaviyo and Lockstep know of it. */
export function looksAt(sandbox: Sandbox, given: InstalledShop) {
  const { domain, shop, accountId } = given
  const ids = () => shop.customers.ascending().map(({ id }: Customer) => id)
  const rows = (statement: string) => rowsIn(sandbox.databaseUrl, statement, [domain])
  return {
    ids,
    /** Changes the loyalty values of the first customers, with every change reported. */
    change: async (loyalty: { points?: number | null; tier?: string | null }, count = 1) => {
      const changed = ids().slice(0, count)
      for (const id of changed) shop.customers.setLoyalty(id, loyalty)
      await tellUndated(domain, ...changed)
    },
    /** The events that Klaviyo has recorded. */
    recorded: () =>
      sandbox.klaviyo
        .account(accountId)
        .parts.events.all()
        .map(({ metric, properties, backfill }) => ({ metric: metric.name, ...properties, backfill })),
    recordedOf: (email: string) => {
      const account = sandbox.klaviyo.account(accountId)
      const id = account.profileByEmail(email)?.id
      return account.parts.events.all().filter(({ profileId }) => profileId === id)
    },
    calls: callsSince(sandbox, accountId),
    values: () =>
      rows(
        `select customer_id, delivered->'points' as points, delivered->'tier' as tier from loyalty_value
         where shop = $1 and delivered->'points' is not null order by 1`,
      ),
    waiting: () => requestsOf(sandbox.databaseUrl, domain, 'event'),
    known: () => findShop(domain),
  }
}

export const points = (oldValue: number, newValue: number, backfill = false) => ({
  metric: 'Loyalty points changed',
  old_value: oldValue,
  new_value: newValue,
  change: newValue - oldValue,
  direction: newValue > oldValue ? 'up' : 'down',
  backfill,
})

export const tier = (oldValue: string, newValue: string, backfill = false) => ({
  metric: 'Loyalty tier changed',
  old_value: oldValue,
  new_value: newValue,
  backfill,
})
