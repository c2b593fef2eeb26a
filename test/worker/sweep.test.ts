import { expect, test, vi } from 'vitest'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { givenWorker } from './given-worker.ts'

const sandbox = useSandbox()

test('a worker drops what is past its time as it starts', { timeout: 60_000 }, async () => {
  const { domain } = await givenInstalledShop(sandbox)
  await rowsIn(
    sandbox.databaseUrl,
    `insert into sync_hour (shop, hour, webhooks) values ($1, now() - interval '91 days', 1), ($1, now() - interval '89 days', 1)`,
    [domain],
  )
  const hours = async () =>
    (await rowsIn(sandbox.databaseUrl, 'select 1 from sync_hour where shop = $1', [domain])).length
  await givenWorker(sandbox)
  await vi.waitUntil(async () => (await hours()) < 2, { timeout: 30_000, interval: 20 })
  expect(await hours()).toBe(1)
})
