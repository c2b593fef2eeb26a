import { expect } from 'vitest'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import { type MappedValue, plainReading } from '#app/core/profile/mapped-values.ts'
import type { Customer, CustomerFields } from '#test/sandbox/shopify/customers/customer.ts'
import { callsSince } from '#test/support/calls.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, type Sandbox } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'

/** A metafield of the shop's loyalty app, with a name that the merchant chose. */
export function mapped(key: string, name = key, type = 'single_line_text_field'): MappedValue {
  const source = { kind: 'metafield', namespace: 'loyalty', key, type, path: [] } as const
  return { on: true, name, source, reading: plainReading, meaning: key === 'points' || key === 'tier' ? key : null }
}

export function metafield(type: string, value: string) {
  return { type, value, updatedAt: '2026-11-01T10:00:00Z' }
}

/** A connected shop with Ada, in sync, and functions to look at the results for her. */
export async function givenAda(sandbox: Sandbox, fields: CustomerFields = {}) {
  let ada = {} as Customer
  const installed = await givenConnectedShop(sandbox, (shop) => {
    ada = shop.customers.create({ email: 'ada@example.com', firstName: 'Ada', points: 250, tier: 'Gold', ...fields })
  })
  return { ...installed, ada, ...looksAt(sandbox, installed) }
}

export function looksAt(sandbox: Sandbox, { domain, accountId }: InstalledShop) {
  return {
    attributes: () => sandbox.klaviyo.account(accountId).profileByEmail('ada@example.com')!.attributes,
    properties: () =>
      sandbox.klaviyo.account(accountId).profileByEmail('ada@example.com')!.attributes.properties as Record<
        string,
        unknown
      >,
    runs: () =>
      rowsIn(
        sandbox.databaseUrl,
        'select kind, trigger, state, pushed, excluded from sync_run where shop = $1 order by requested_at',
        [domain],
      ),
    calls: callsSince(sandbox, accountId),
  }
}

/** Saves the default mapping with some differences, as the page that was just loaded does. */
export async function saveMapped(given: Pick<InstalledShop, 'domain'>, differs: Partial<Mapping>): Promise<void> {
  expect(await choose(given, 'mapping', differs)).toMatchObject({ kind: 'saved' })
}
