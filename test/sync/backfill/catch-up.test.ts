import { expect, test } from 'vitest'
import { catchUpMarks } from '#app/core/flow/read-lane.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox()

const MANY = catchUpMarks(2) + 100
/** Longer than Shopify's replicas lag, so that a read certainly contains the change. */
const A_WHILE_MS = 60_000

const many = (shop: Shop) =>
  shop.customers.createMany(MANY + 50, (i) => ({
    email: `c${i}@example.com`,
    firstName: 'Old',
    points: 1,
    updatedAt: '2026-01-01T00:00:00Z',
  }))

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const idsOf = ({ shop }: InstalledShop, from = 0, to = MANY) =>
  shop.customers
    .ascending()
    .slice(from, to)
    .map(({ id }) => id)
const catchUpsOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, `select * from sync_run where shop = $1 and kind = 'catch_up' order by requested_at`, [
    domain,
  ])
const marksOf = async ({ domain }: InstalledShop) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select customer_id from dirty_customer where shop = $1 order by 1', [domain])
  ).map((row) => row.customer_id)
const singleReads = () => sandbox.shopify.log.of('CustomersByIds').length

/** A shop in sync in which so many customers changed a while ago, with every change reported. */
async function givenStorm(): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, many)
  skip(24 * 60 * 60_000)
  await tell(given.domain, ...idsOf(given).map((id) => given.shop.customers.update(id, { firstName: 'New' })))
  skip(A_WHILE_MS)
  return given
}

test('a storm of changes is read in one file, not one by one, and all customers are in sync', async () => {
  const given = await givenStorm()
  const reads = singleReads()
  await syncToRest(given.domain)

  const [run, another] = await catchUpsOf(given)
  expect(another).toBeUndefined()
  expect(run).toMatchObject({
    trigger: 'storm',
    state: 'finished',
    read: MANY,
    search: expect.stringContaining('updated_at'),
  })
  expect(run.pushed + run.unchanged).toBe(MANY)
  expect((singleReads() - reads) * 100, 'some are drained before the file is asked for').toBeLessThan(MANY / 2)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY + 50 })
})

test('a catch-up clears the marks that its file covers, and no others', async () => {
  const given = await givenStorm()
  await syncOneTurn(given)
  const [run] = await catchUpsOf(given)
  expect(run).toMatchObject({ state: 'reading' })
  await given.shop.bulk.finished(run.bulk_operation)

  const [later, gone, untouched] = [idsOf(given)[0]!, idsOf(given)[1]!, idsOf(given, MANY, MANY + 1)[0]!]
  given.shop.customers.setLoyalty(later, { points: 500 })
  given.shop.customers.remove(gone)
  given.shop.customers.setLoyalty(untouched, { points: 600 })
  await tellUndated(given.domain, later, gone, untouched)
  // An earlier change, reported late, of a customer that the search does not match.
  const stillWaiting = idsOf(given, MANY + 1, MANY + 2)[0]!
  await tellUndated(given.domain, stillWaiting)
  await rowsIn(sandbox.databaseUrl, `update dirty_customer set marked_at = $3 where shop = $1 and customer_id = $2`, [
    given.domain,
    stillWaiting,
    new Date(run.operation_asked_at.getTime() - A_WHILE_MS),
  ])

  skip(1_000)
  await syncOneTurn(given)
  expect((await marksOf(given)).length, 'what the file answered is cleared').toBeLessThan(10)
  expect(await marksOf(given)).toEqual(expect.arrayContaining([later, stillWaiting]))
  await syncToRest(given.domain)

  expect(await marksOf(given)).toEqual([])
  expect(await catchUpsOf(given)).toHaveLength(1)
  const account = sandbox.klaviyo.account(given.accountId)
  expect(account.profileByEmail('c0@example.com')?.attributes.properties.loyalty_points).toBe(500)
  expect(account.profileByEmail(`c${MANY}@example.com`)?.attributes.properties.loyalty_points).toBe(600)
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: MANY + 49, synced: MANY + 49 })
})

test('a storm of changed points, which report no time, is read without a search that would miss them', async () => {
  const given = await givenConnectedShop(sandbox, many)
  skip(24 * 60 * 60_000)
  for (const id of idsOf(given)) given.shop.customers.setLoyalty(id, { points: 2 })
  await tellUndated(given.domain, ...idsOf(given))
  skip(A_WHILE_MS)
  await syncToRest(given.domain)

  expect(await catchUpsOf(given)).toMatchObject([{ state: 'finished', search: null, read: MANY + 50 }])
  await expectLaw(sandbox, given)
})

test('a full sync that is started during a storm replaces the catch-up', async () => {
  const given = await givenStorm()
  await syncOneTurn(given)
  expect(await catchUpsOf(given)).toMatchObject([{ state: 'reading' }])

  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({
    kind: 'started',
  })
  await syncToRest(given.domain)

  expect(await catchUpsOf(given)).toMatchObject([{ state: 'cancelled', failure: 'superseded' }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY + 50 })
})
