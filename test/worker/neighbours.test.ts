import { expect, test, vi } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import type { OperationName } from '#test/sandbox/klaviyo/operations.ts'
import { clock } from '#test/support/clock.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { givenWorker, untilAtRest } from './given-worker.ts'

const sandbox = useSandbox({ jobMs: 300, bulkDurationMs: 100 })

const HANGING = 4
/** A worker with one slot for live changes, and one for runs. */
const NARROW = { WORKER_SHOPS: '1' }
/** A call that hangs times out after 30 s. */
const WELL_BEFORE_TIME_OUT_MS = 15_000

/** A shop that is connected, and to be filled. */
async function givenShop(customers = 1): Promise<InstalledShop> {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(customers, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  return given
}

const givenShops = (count: number) => Promise.all(Array.from({ length: count }, () => givenShop()))

async function change({ domain, shop }: InstalledShop, firstName: string): Promise<void> {
  await tell(domain, shop.customers.update(shop.customers.ascending()[0]!.id, { firstName }))
}

async function untilArrived({ accountId }: InstalledShop, firstName: string): Promise<void> {
  const profile = () => sandbox.klaviyo.account(accountId).profileByEmail('c0@example.com')
  await vi.waitUntil(() => profile()?.attributes.first_name === firstName, {
    timeout: WELL_BEFORE_TIME_OUT_MS,
    interval: 20,
  })
}

/** Klaviyo hangs in such calls of these shops. Resolves when it does for each of them. */
async function untilAllHang(shops: readonly InstalledShop[], operation: OperationName): Promise<void> {
  const faults = shops.map(({ accountId: account }) =>
    sandbox.klaviyo.faults.add({ kind: 'hang', account, operations: [operation] }),
  )
  await vi.waitUntil(() => faults.every(({ struck }) => struck > 0), { timeout: 25_000, interval: 20 })
}

test('accounts that hang in live changes keep no other shop waiting', { timeout: 90_000 }, async () => {
  const [idle, ...hanging] = await givenShops(1 + HANGING)
  await givenWorker(sandbox, NARROW)
  for (const shop of [idle!, ...hanging]) await untilAtRest(sandbox, shop)
  const allHang = untilAllHang(hanging, 'create_or_update_profile')
  for (const shop of hanging) await change(shop, 'Changed')
  await allHang

  await change(idle!, 'New')
  await untilArrived(idle!, 'New')
})

test('accounts that hang in imports keep neither live changes nor runs of others waiting, and a worker that is stopped ends in time', {
  timeout: 120_000,
}, async () => {
  const idle = await givenShop()
  const worker = await givenWorker(sandbox, NARROW)
  await untilAtRest(sandbox, idle)
  for (let i = 0; i < HANGING; i++) {
    // One after the other: a key is checked by a call to the same endpoint.
    const shop = await givenShop(60)
    await untilAllHang([shop], 'bulk_import_profiles')
  }

  await change(idle, 'New')
  await untilArrived(idle, 'New')
  const toldAt = performance.now()
  expect(await worker.stop('SIGTERM')).toBe(0)
  expect(performance.now() - toldAt).toBeLessThan(20_000)
})
