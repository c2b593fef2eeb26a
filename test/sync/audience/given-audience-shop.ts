import { expect } from 'vitest'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { Audience } from '#app/core/settings/audience.ts'
import type { Customer, CustomerFields } from '#test/sandbox/shopify/customers/customer.ts'
import type { EmailAddress } from '#test/sandbox/shopify/customers/customer-values.ts'
import { callsSince } from '#test/support/calls.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, type Sandbox } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'

type Given = Pick<InstalledShop, 'domain'>

/** A connected shop with Ada, in sync, and functions to look at the results for her. */
export async function givenAda(sandbox: Sandbox, fields: CustomerFields = {}) {
  let ada = {} as Customer
  const installed = await givenConnectedShop(sandbox, (shop) => {
    ada = shop.customers.create({ email: 'ada@example.com', firstName: 'Ada', tags: ['VIP'], ...fields })
  })
  return { ...installed, ada, ...looksAt(sandbox, installed) }
}

export function looksAt(sandbox: Sandbox, { domain, accountId }: InstalledShop) {
  return {
    profile: () => structuredClone(sandbox.klaviyo.account(accountId).profileByEmail('ada@example.com')),
    runs: () =>
      rowsIn(
        sandbox.databaseUrl,
        'select kind, trigger, state, pushed, excluded from sync_run where shop = $1 order by requested_at',
        [domain],
      ),
    stateOf: async () => {
      const [row] = await rowsIn(sandbox.databaseUrl, 'select state, code from profile where shop = $1', [domain])
      return row
    },
    calls: callsSince(sandbox, accountId),
  }
}

export function address(countryCodeV2: string) {
  const blank = { address1: null, address2: null, city: null, province: null, provinceCode: null, zip: null }
  return { ...blank, country: null, countryCodeV2, company: null, phone: null, timeZone: null }
}

export function email(emailAddress: string, marketingState: EmailAddress['marketingState']): EmailAddress {
  return { emailAddress, validFormat: true, marketingState, marketingOptInLevel: null, marketingUpdatedAt: null }
}

/** Saves rules that match every customer, with some differences, as the page that was just loaded does. */
export async function saveChosenAudience(given: Given, differs: Partial<Audience>): Promise<IntegrationChange> {
  const saved = await choose(given, 'audience', differs)
  expect(saved.kind).toBe('saved')
  return saved
}
