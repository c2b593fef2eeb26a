import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { rowsIn } from '#test/support/rows.ts'
import type { InstalledShop, Sandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const LONG_AGO = '2026-01-01T00:00:00Z'

/** Customers `c0@example.com` and on, of the first name Old, who have not changed for long. */
export const some = (count: number) => (shop: Shop) =>
  shop.customers.createMany(count, (i) => ({ email: `c${i}@example.com`, firstName: 'Old', updatedAt: LONG_AGO }))

/** Changes so many customers of the shop and reports the changes. */
export async function change(given: InstalledShop, count: number, firstName: string): Promise<void> {
  const changed = given.shop.customers
    .ascending()
    .slice(0, count)
    .map(({ id }) => given.shop.customers.update(id, { firstName }))
  await tell(given.domain, ...changed)
}

/** What a shop's last run, its profiles and its calls show. */
export function looksAt(sandbox: Sandbox) {
  return {
    runOf: async ({ domain }: InstalledShop) =>
      (
        await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at desc limit 1', [
          domain,
        ])
      )[0]!,
    namesInKlaviyo: ({ accountId }: InstalledShop, name: string) =>
      [...sandbox.klaviyo.account(accountId).profiles()].filter(({ attributes }) => attributes.first_name === name)
        .length,
    pushesSince: (given: InstalledShop) => {
      const calls = callsSince(sandbox, given.accountId)
      return () => [...calls('create_or_update_profile'), ...calls('bulk_import_profiles')]
    },
  }
}
