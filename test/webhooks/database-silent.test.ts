import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { useDoor } from '#test/support/door.ts'
import { type FreezingProxy, startFreezingProxy } from '#test/support/freezing-proxy.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

let proxy: FreezingProxy
const sandbox = useSandbox({
  reachDatabase: async (url) => {
    proxy = await startFreezingProxy(url)
    return proxy.url
  },
})
const door = useDoor(sandbox)
afterEach(() => proxy.thaw())
afterAll(() => proxy.close())

const marksOf = (shop: string) =>
  rowsIn(sandbox.databaseUrl, 'select customer_id from dirty_customer where shop = $1 order by customer_id', [shop])
/** Resolves when healthz says so. An answer of the database is used for a second. */
const untilHealth = (status: number) =>
  vi.waitUntil(async () => (await fetch(`${door.origin}/healthz`)).status === status, { timeout: 10_000, interval: 50 })

/** Delivers changes of so many customers at once. Returns the statuses, and how long the slowest took. */
async function deliver({ shop }: InstalledShop, customers: number) {
  const startedAt = performance.now()
  const statuses = await Promise.all(
    Array.from({ length: customers }, (_, i) =>
      shop.webhooks.deliverOnce(
        shop.webhooks.compose('customers/update', { id: String(i + 1), updatedAt: '2026-11-20T10:00:00Z' }),
      ),
    ),
  )
  return { statuses: [...new Set(statuses)], tookMs: performance.now() - startedAt }
}

/** Shopify gives up after five seconds. */
const WITHIN_MS = 5_000

test('when the connections to the database fall silent, the group that is being committed is answered 503 in time, and the next is taken', async () => {
  const given = await givenInstalledShop(sandbox)
  expect((await deliver(given, 20)).statuses).toEqual([200])

  proxy.freeze()
  const failed = await deliver(given, 30)
  expect(failed.statuses).toContain(503)
  expect(failed.tookMs).toBeLessThan(WITHIN_MS)

  expect((await deliver(given, 30)).statuses).toEqual([200])
  expect(await marksOf(given.domain)).toHaveLength(30)
})

test('while the database cannot be reached at all, everything is answered 503 in time, and taken again afterwards', async () => {
  const given = await givenInstalledShop(sandbox)

  proxy.freeze({ new: true })
  for (let round = 0; round < 2; round++) {
    const failed = await deliver(given, 10)
    expect(failed.statuses).toEqual([503])
    expect(failed.tookMs).toBeLessThan(WITHIN_MS)
  }
  await untilHealth(503)

  proxy.thaw()
  await vi.waitUntil(async () => (await deliver(given, 10)).statuses.join() === '200', { timeout: 10_000 })
  await untilHealth(200)
  expect(await marksOf(given.domain)).toHaveLength(10)
})

test('healthz does not say that the database answers while it is silent', async () => {
  await untilHealth(200)
  proxy.freeze()
  await untilHealth(503)
  await untilHealth(200) // on a new connection
})

test('stopped server processes are recovered from like a silent network', async () => {
  const given = await givenInstalledShop(sandbox)
  expect((await deliver(given, 20)).statuses).toEqual([200])
  const backends = await rowsIn(
    sandbox.databaseUrl,
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  for (const { pid } of backends) process.kill(pid, 'SIGSTOP')
  try {
    const failed = await deliver(given, 20)
    expect(failed.statuses).toContain(503)
    expect(failed.tookMs).toBeLessThan(WITHIN_MS)
    expect((await deliver(given, 20)).statuses).toEqual([200])
  } finally {
    for (const { pid } of backends) process.kill(pid, 'SIGCONT')
  }
})
