import { expect, test, vi } from 'vitest'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { givenWorker } from './given-worker.ts'

const sandbox = useSandbox()

test('a worker drops what is past its time as it starts', { timeout: 60_000 }, async () => {
  const { domain } = await givenInstalledShop(sandbox)
  await rowsIn(
    sandbox.databaseUrl,
    `insert into sync_hour (shop, hour, webhooks) values ($1, now() - interval '401 days', 1), ($1, now() - interval '399 days', 1)`,
    [domain],
  )
  const hours = async () =>
    (await rowsIn(sandbox.databaseUrl, 'select 1 from sync_hour where shop = $1', [domain])).length
  await givenWorker(sandbox)
  await vi.waitUntil(async () => (await hours()) < 2, { timeout: 30_000, interval: 20 })
  expect(await hours()).toBe(1)
})

test('a worker tells the operator of a fault that only they can mend, and keeps the access to bulk operations', {
  timeout: 60_000,
}, async () => {
  const { domain, shop } = await givenConnectedShop(sandbox)
  const refused = await givenConnectedShop(sandbox, (shop) => void shop.customers.create({ email: 'ada@example.com' }))
  sandbox.shopify.faults.cause({ kind: 'address-refused', shop: refused.domain })
  await tell(
    refused.domain,
    refused.shop.customers.update(refused.shop.customers.ascending()[0]!.id, { firstName: 'New' }),
  )
  await syncShop(refused.domain, { clock, signal: AbortSignal.timeout(30_000) })
  await rowsIn(sandbox.databaseUrl, `update bulk_access set started_at = now() - interval '7 days', next_try_at = null`)
  const before = shop.bulk.all().length
  const worker = await givenWorker(sandbox)
  expect(await worker.event('operator_fault_began')).toMatchObject({
    level: 'error',
    fault: 'address_not_allowed',
    shops: 1,
  })
  expect(await worker.event('bulk_access_kept')).toMatchObject({ shop: domain, outcome: 'started' })
  expect(shop.bulk.all()).toHaveLength(before + 1)
})
