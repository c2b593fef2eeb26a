import { expect, inject, onTestFinished, test, vi } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import type { SpecOf } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import type { OperationName } from '#test/sandbox/klaviyo/operations.ts'
import { clock } from '#test/support/clock.ts'
import { startFreezingProxy } from '#test/support/freezing-proxy.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { givenWorker, letTimePass, untilAtRest } from './given-worker.ts'

const sandbox = useSandbox({ jobMs: 300, bulkDurationMs: 300 })

async function givenCustomers(count: number): Promise<InstalledShop> {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(count, (i) => ({
    email: `c${i}@example.com`,
    firstName: 'Old',
    updatedAt: '2026-01-01T00:00:00Z',
  }))
  return given
}

const connect = async ({ domain, key }: InstalledShop) =>
  expect(await connectKlaviyo(domain, key, clock())).toMatchObject({ kind: 'connected' })
const runOf = async ({ domain }: InstalledShop) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at desc limit 1', [
      domain,
    ])
  )[0]

/** Resolves when Klaviyo has been sent such a request and does not answer yet. */
async function untilAsked({ accountId }: InstalledShop, operation: OperationName, ms = 700): Promise<void> {
  const spec: SpecOf<'slow'> = { kind: 'slow', ms, account: accountId, operations: [operation] }
  const fault = sandbox.klaviyo.faults.add(spec)
  await vi.waitUntil(() => fault.struck > 0, { timeout: 30_000, interval: 5 })
}

async function untilFileIsAskedFor({ shop }: InstalledShop): Promise<void> {
  await vi.waitUntil(() => shop.bulk.all().length > 0, { timeout: 30_000 })
}

test('a worker that finds a shop to fill fills it, and is notified of changes', { timeout: 90_000 }, async () => {
  const given = await givenCustomers(120)
  await connect(given)
  await givenWorker(sandbox)
  await untilAtRest(sandbox, given)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 120, pushed: 120 })

  const toldAt = performance.now()
  await tell(given.domain, given.shop.customers.update(given.shop.customers.ascending()[0]!.id, { firstName: 'New' }))
  const profile = () => sandbox.klaviyo.account(given.accountId).profileByEmail('c0@example.com')
  await vi.waitUntil(() => profile()?.attributes.first_name === 'New', { timeout: 20_000, interval: 10 })
  expect(performance.now() - toldAt, 'a change is there within seconds').toBeLessThan(15_000)
})

test.each([
  ['while Shopify writes the file', untilFileIsAskedFor],
  ['while an import is being handed over', (given: InstalledShop) => untilAsked(given, 'bulk_import_profiles')],
  ['while it asks how an import stands', (given: InstalledShop) => untilAsked(given, 'get_bulk_import_profiles_job')],
] as const)(
  'a worker killed with -9 in a first sync, %s, misses no customer: the next one finishes it, and the counts add up',
  { timeout: 120_000 },
  async (_when, moment) => {
    const given = await givenCustomers(1_500)
    const worker = await givenWorker(sandbox)
    await connect(given)
    await moment(given)
    expect(await worker.stop('SIGKILL')).toBe('SIGKILL')
    sandbox.klaviyo.faults.clear()
    await letTimePass(sandbox, given)

    await givenWorker(sandbox)
    await untilAtRest(sandbox, given)

    const run = await runOf(given)
    expect(run).toMatchObject({ state: 'finished', expected: 1_500, read: 1_500, issues: 0, excluded: 0 })
    expect(run.pushed + run.unchanged).toBe(1_500)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1_500 })
  },
)

test.each([
  [40, 'create_or_update_profile'],
  [200, 'bulk_import_profiles'],
] as const)(
  'a worker killed with -9 while it sends %i changes loses none of them, and no older value wins',
  { timeout: 120_000 },
  async (count, operation) => {
    const given = await givenCustomers(count)
    await connect(given)
    const worker = await givenWorker(sandbox)
    await untilAtRest(sandbox, given)
    const asked = untilAsked(given, operation)
    await tell(
      given.domain,
      ...given.shop.customers.ascending().map(({ id }) => given.shop.customers.update(id, { firstName: 'Newer' })),
    )
    await asked
    await worker.stop('SIGKILL')
    sandbox.klaviyo.faults.clear()
    await tell(
      given.domain,
      ...given.shop.customers
        .ascending()
        .slice(0, 20)
        .map(({ id }) => given.shop.customers.update(id, { firstName: 'Newest' })),
    )
    await letTimePass(sandbox, given)

    await givenWorker(sandbox)
    await vi.waitUntil(
      () =>
        [...sandbox.klaviyo.account(given.accountId).profiles()].filter(
          ({ attributes }) => attributes.first_name === 'Newest',
        ).length === 20,
      { timeout: 40_000 },
    )
    await letTimePass(sandbox, given)
    await untilAtRest(sandbox, given)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: count })
  },
)

test('two workers race over one shop: the law holds, and no customer is in two imports at once', {
  timeout: 120_000,
}, async () => {
  const given = await givenCustomers(600)
  await Promise.all([givenWorker(sandbox), givenWorker(sandbox)])
  const account = sandbox.klaviyo.account(given.accountId)
  let looks = 0
  const watching = setInterval(() => {
    const inFlight = account.jobs().filter(({ status }) => status === 'queued' || status === 'processing')
    const emails = inFlight.flatMap(({ payload }) => payload.map(({ attributes }) => attributes.email))
    if (new Set(emails).size !== emails.length) looks = Number.NaN
    else if (emails.length > 0) looks++
  }, 5)
  try {
    await connect(given)
    for (let round = 0; round < 8; round++) {
      const changed = given.shop.customers.ascending().filter((_, i) => i % 3 === round % 3)
      await tell(
        given.domain,
        ...changed.map(({ id }) => given.shop.customers.update(id, { firstName: `Round ${round}` })),
      )
      await vi.waitFor(() => expect(account.jobs().length).toBeGreaterThan(round), { timeout: 20_000, interval: 10 })
    }
    const last = `Round 7`
    await vi.waitUntil(
      () => [...account.profiles()].filter(({ attributes }) => attributes.first_name === last).length >= 200,
      { timeout: 40_000 },
    )
    await letTimePass(sandbox, given)
    await untilAtRest(sandbox, given)
  } finally {
    clearInterval(watching)
  }

  expect(looks, 'imports that carry one customer twice').toBeGreaterThan(0)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 600 })
})

test('a worker that is stopped ends well before its host kills it, releases all its leases, and loses nothing', {
  timeout: 120_000,
}, async () => {
  const given = await givenCustomers(60)
  await connect(given)
  const worker = await givenWorker(sandbox)
  await untilAtRest(sandbox, given)
  const asked = untilAsked(given, 'create_or_update_profile', 300)
  await tell(
    given.domain,
    ...given.shop.customers
      .ascending()
      .slice(0, 45)
      .map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })),
  )
  await asked

  const toldAt = performance.now()
  expect(await worker.stop('SIGTERM')).toBe(0)
  expect(performance.now() - toldAt).toBeLessThan(10_000)

  expect(await rowsIn(sandbox.databaseUrl, 'select lease_holder from shop where domain = $1', [given.domain])).toEqual([
    { lease_holder: null },
  ])
  expect(
    await rowsIn(sandbox.databaseUrl, 'select customer_id from dirty_customer where shop = $1 and lease is not null', [
      given.domain,
    ]),
  ).toEqual([])
  sandbox.klaviyo.faults.clear()
  await givenWorker(sandbox)
  await vi.waitUntil(
    () =>
      [...sandbox.klaviyo.account(given.accountId).profiles()].filter(
        ({ attributes }) => attributes.first_name === 'New',
      ).length === 45,
    { timeout: 30_000 },
  )
  await letTimePass(sandbox, given)
  await untilAtRest(sandbox, given)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('a worker with nothing to do stops at once', { timeout: 60_000 }, async () => {
  const worker = await givenWorker(sandbox)
  const toldAt = performance.now()
  expect(await worker.stop('SIGTERM')).toBe(0)
  expect(performance.now() - toldAt).toBeLessThan(10_000)
})

test('a database that goes away for a while costs time only', { timeout: 120_000 }, async () => {
  const given = await givenCustomers(300)
  await connect(given)
  const database = new URL(sandbox.databaseUrl).pathname.slice(1)
  const onServer = (statement: string) => rowsIn(inject('postgresUrl'), statement)
  const worker = await givenWorker(sandbox)
  await untilAsked(given, 'bulk_import_profiles', 300)
  await onServer(`alter database ${database} allow_connections false`)
  await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`)
  await vi.waitFor(() => worker.event('turn_failed'), { timeout: 20_000 })
  await onServer(`alter database ${database} allow_connections true`)
  sandbox.klaviyo.faults.clear()
  await letTimePass(sandbox, given)

  await untilAtRest(sandbox, given)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 300 })
  expect(await worker.stop('SIGTERM')).toBe(0)
})

test('a worker whose connections to the database stop answering opens new ones, and loses nothing', {
  timeout: 180_000,
}, async () => {
  const proxy = await startFreezingProxy(sandbox.databaseUrl)
  onTestFinished(() => proxy.close())
  const given = await givenCustomers(300)
  await connect(given)
  const worker = await givenWorker({ ...sandbox, databaseUrl: proxy.url })
  await untilAsked(given, 'bulk_import_profiles', 300)
  proxy.freeze()
  await vi.waitFor(() => worker.event('turn_failed'), { timeout: 60_000 })
  sandbox.klaviyo.faults.clear()
  await letTimePass(sandbox, given)

  await untilAtRest(sandbox, given)
  await tell(given.domain, given.shop.customers.update(given.shop.customers.ascending()[0]!.id, { firstName: 'New' }))
  const profile = () => sandbox.klaviyo.account(given.accountId).profileByEmail('c0@example.com')
  await vi.waitUntil(() => profile()?.attributes.first_name === 'New', { timeout: 20_000, interval: 50 })
  await letTimePass(sandbox, given)
  await untilAtRest(sandbox, given)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 300 })
  expect(await worker.stop('SIGTERM')).toBe(0)
})
