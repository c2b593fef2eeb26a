import { expect, test } from 'vitest'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { requestsOf } from '#test/support/requests.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'

// What Klaviyo does later takes twenty seconds here.
const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 20_000 })
useDoor(sandbox)

interface Two extends InstalledShop {
  readonly kept: Customer
  readonly gone: Customer
}

async function givenTwo(): Promise<Two> {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ email: 'kept@example.com', firstName: 'Kept' })
    shop.customers.create({ email: 'gone@example.com', firstName: 'Gone', points: 50, tier: 'Gold' })
  })
  const named = (name: string) => [...given.shop.customers.all()].find(({ firstName }) => firstName === name)!
  return { ...given, kept: named('Kept'), gone: named('Gone') }
}

const accountOf = ({ accountId }: InstalledShop) => sandbox.klaviyo.account(accountId)
const idsOf = (given: InstalledShop) =>
  ['kept@example.com', 'gone@example.com'].map((email) => accountOf(given).profileByEmail(email)?.id)
const openMerges = ({ domain }: InstalledShop) => requestsOf(sandbox.databaseUrl, domain, 'merge')
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

async function merge({ shop, kept, gone }: Two): Promise<void> {
  shop.webhooks.automatic = true
  shop.customers.merge(kept.id, gone.id)
  await shop.webhooks.flush()
  shop.webhooks.automatic = false
}

test.each([
  ['that Shopify tells has failed (case 29)', { failed: true }],
  ['that is told to be done, though both customers are still there', {}],
] as const)('a merge %s leaves both profiles as they were', async (_what, how) => {
  const two = await givenTwo()
  const before = idsOf(two)
  const calls = callsSince(sandbox, two.accountId)
  two.shop.webhooks.send('customers/merge', { keptId: two.kept.id, goneId: two.gone.id, ...how })
  await two.shop.webhooks.flush()
  await syncToRest(two.domain)

  expect(calls('merge_profiles')).toEqual([])
  expect(idsOf(two)).toEqual(before)
  expect(await openMerges(two)).toEqual([])
  expect(await expectLaw(sandbox, two)).toMatchObject({ customers: 2, synced: 2 })
})

test('a merge is not started while Shopify does not say whether there was one', async () => {
  const two = await givenTwo()
  await merge(two)
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, times: 10 })
  const calls = callsSince(sandbox, two.accountId)
  await syncOneTurn(two)
  expect(calls('merge_profiles')).toEqual([])
  sandbox.shopify.faults.clear()
  await syncToRest(two.domain)
  expect(await expectLaw(sandbox, two)).toMatchObject({ customers: 1, synced: 1 })
  expect(accountOf(two).size).toBe(1)
})

test('a full sync while Klaviyo is still merging leaves nothing of the merged-away customer on the profile', async () => {
  const two = await givenTwo()
  skip(61 * 60_000) // a full sync by hand is allowed once an hour
  await merge(two)
  two.shop.customers.setLoyalty(two.kept.id, { points: null, tier: null })
  await syncOneTurn(two)
  expect(await openMerges(two)).toHaveLength(1)
  expect((await startFullSync(two.domain, { trigger: 'by_hand', by: null, now: clock() })).kind).toBe('started')
  await syncToRest(two.domain)
  skip(60_000)
  await syncToRest(two.domain)

  expect(accountOf(two).size).toBe(1)
  expect(accountOf(two).profileByEmail('kept@example.com')?.attributes.properties).not.toHaveProperty('loyalty_tier')
  expect(await expectLaw(sandbox, two)).toMatchObject({ customers: 1, synced: 1 })
})

test.each([
  [1, 1],
  [10, 2],
])('a merge that Klaviyo took and %i times did not do ends: %i profiles', async (times, profiles) => {
  const two = await givenTwo()
  sandbox.klaviyo.faults.add({ kind: 'neverDone', operations: ['merge_profiles'], times })
  await merge(two)
  await syncToRest(two.domain)
  skip(60_000)

  expect(accountOf(two).size).toBe(profiles)
  expect(await openMerges(two)).toEqual([])
  const rows = await rowsIn(sandbox.databaseUrl, `select state from profile where shop = $1 and state <> 'gone'`, [
    two.domain,
  ])
  expect(rows).toEqual([{ state: 'synced' }])
  expect(accountOf(two).profileByEmail('kept@example.com')?.attributes.properties).toMatchObject({
    loyalty_tier: 'Gold',
  })
})

test('a kept customer that is erased while Klaviyo is merging leaves neither profile', async () => {
  const two = await givenTwo()
  sandbox.klaviyo.faults.add({ kind: 'neverDone', operations: ['merge_profiles'] })
  await merge(two)
  await syncOneTurn(two)
  two.shop.customers.remove(two.kept.id)
  two.shop.webhooks.send('customers/redact', two.kept)
  await two.shop.webhooks.flush()
  await syncToRest(two.domain)
  skip(60_000)
  expect(accountOf(two).size).toBe(0)
})
