import { type Audience, defaultAudience } from '#app/core/settings/audience.ts'
import type { Company } from '#test/sandbox/shopify/customers/company.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { Segment } from '#test/sandbox/shopify/shop/segment-book.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, type Sandbox } from '#test/support/sandbox.ts'

/** Only customers in one of these segments. */
export function inAnyOf(...segments: readonly Segment[]): Partial<Audience> {
  return { segments: segments.map(({ id, name }) => ({ id, name })) }
}

/** Only customers that match this rule about companies. */
export function companiesBy(differs: Partial<Audience['companies']>): Partial<Audience> {
  return { companies: { ...defaultAudience.companies, who: 'only_contacts', ...differs } }
}

export const named = ({ id, name }: Pick<Company, 'id' | 'name'>) => ({ id, name })

/** A connected shop in sync with Ada, Ben and Eve, of whom Ada and Ben are in the segment VIP. */
export async function givenSegmentShop(sandbox: Sandbox, settings: Parameters<typeof givenConnectedShop>[2] = {}) {
  const people = {} as Record<'ada' | 'ben' | 'eve', Customer>
  const given = await givenConnectedShop(
    sandbox,
    ({ customers }) => {
      for (const name of ['ada', 'ben', 'eve'] as const)
        people[name] = customers.create({ email: `${name}@example.com`, firstName: 'Old' })
    },
    settings,
  )
  const vip = given.shop.segments.add({ name: 'VIP', memberIds: [people.ada.id, people.ben.id] })
  return { ...given, ...people, vip, ...looksAt(sandbox, given) }
}

function looksAt(sandbox: Sandbox, { domain, shop, accountId }: InstalledShop) {
  return {
    /** A customer's state: synced, or the code of the rule that excludes it. */
    stateOf: async ({ id }: Pick<Customer, 'id'>): Promise<string | null> => {
      const [row] = await rowsIn(
        sandbox.databaseUrl,
        'select coalesce(code, state) as state from profile where shop = $1 and customer_id = $2',
        [domain, id],
      )
      return row?.state ?? null
    },
    firstName: (email: string) =>
      sandbox.klaviyo.account(accountId).profileByEmail(email)?.attributes.first_name ?? null,
    lastRun: async () => {
      const [run] = await rowsIn(
        sandbox.databaseUrl,
        'select * from sync_run where shop = $1 order by requested_at desc limit 1',
        [domain],
      )
      return run
    },
    /** The stored snapshots. */
    kept: async () => [
      ...(await rowsIn(sandbox.databaseUrl, 'select * from membership_snapshot where shop = $1', [domain])),
      ...(await rowsIn(sandbox.databaseUrl, 'select * from customer_membership where shop = $1', [domain])),
    ],
    /** How often Shopify was queried since this call. */
    asked: (operation: string) => {
      const count = () => sandbox.shopify.log.of(operation).filter(({ tokenShop }) => tokenShop === shop.domain).length
      const before = count()
      return () => count() - before
    },
  }
}
