import { expect, test } from 'vitest'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { requestsOf } from '#test/support/requests.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

const accountOf = ({ accountId }: InstalledShop) => sandbox.klaviyo.account(accountId)
const byEmail = (given: InstalledShop, email: string) => accountOf(given).profileByEmail(email)

interface Two extends InstalledShop {
  readonly kept: Customer
  readonly gone: Customer
}

/** Two customers in sync; the one that is merged away has points and a tier, the other has neither. */
async function givenTwo(
  more: (shop: Shop) => void = () => {},
  kept: { email: string | null } = { email: 'kept@example.com' },
): Promise<Two> {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ ...kept, firstName: 'Kept' })
    shop.customers.create({ email: 'gone@example.com', firstName: 'Gone', points: 50, tier: 'Gold' })
    more(shop)
  })
  const named = (name: string) => [...given.shop.customers.all()].find(({ firstName }) => firstName === name)!
  return { ...given, kept: named('Kept'), gone: named('Gone') }
}

/** Merges as Shopify does: the customers become one, and its webhooks report it. */
async function merge({ shop, domain, kept, gone }: Two): Promise<void> {
  shop.webhooks.automatic = true
  shop.customers.merge(kept.id, gone.id)
  await shop.webhooks.flush()
  await syncToRest(domain)
}

const openMerges = ({ domain }: InstalledShop) => requestsOf(sandbox.databaseUrl, domain, 'merge')

test('customers that are merged in Shopify are merged in Klaviyo', async () => {
  const two = await givenTwo()
  const id = byEmail(two, 'kept@example.com')!.id
  await merge(two)

  expect(byEmail(two, 'kept@example.com')?.id).toBe(id)
  expect(byEmail(two, 'gone@example.com')).toBeUndefined()
  expect(accountOf(two).size).toBe(1)
  expect(await expectLaw(sandbox, two)).toMatchObject({ customers: 1, synced: 1 })
  expect(await openMerges(two)).toEqual([])
})

test('so are customers that an import carried, by hundreds', async () => {
  const two = await givenTwo((shop) => shop.customers.createMany(200, (i) => ({ email: `c${i}@example.com` })))
  await merge(two)
  expect(accountOf(two).size).toBe(201)
  await expectLaw(sandbox, two)
})

test('what the merged-away profile contained, and the kept customer does not have, is cleared', async () => {
  const two = await givenTwo()
  await merge(two)
  two.shop.customers.setLoyalty(two.kept.id, { tier: null })
  await two.shop.webhooks.flush()
  await syncToRest(two.domain)
  expect(byEmail(two, 'kept@example.com')?.attributes.properties.loyalty_tier).toBeUndefined()
  await expectLaw(sandbox, two)
})

test('a kept customer without a profile takes over the one of the merged-away customer', async () => {
  const two = await givenTwo(undefined, { email: null })
  const id = byEmail(two, 'gone@example.com')!.id
  await merge(two)
  expect(byEmail(two, 'gone@example.com')?.id).toBe(id)
  expect(accountOf(two).size).toBe(1)
  expect(await expectLaw(sandbox, two)).toMatchObject({ customers: 1, synced: 1 })
})

test('a kept customer whose profile was written, though the answer was lost, keeps that one, and the other is merged into it', async () => {
  const two = await givenTwo(undefined, { email: null })
  two.shop.customers.update(two.kept.id, { email: 'kept@example.com' })
  await tellUndated(two.domain, two.kept.id)
  sandbox.klaviyo.faults.add({ kind: 'resetAfter', operations: ['create_or_update_profile'], times: 1 })
  await syncShop(two.domain, { clock, signal: AbortSignal.timeout(30_000) })
  const { id } = byEmail(two, 'kept@example.com')!
  await merge(two)

  expect(byEmail(two, 'kept@example.com')?.id).toBe(id)
  expect(accountOf(two).size).toBe(1)
  expect(await expectLaw(sandbox, two)).toMatchObject({ customers: 1, synced: 1 })
})

test('a merge that is reported twice is done once; for unknown customers Klaviyo is not asked', async () => {
  const two = await givenTwo()
  await merge(two)
  const calls = callsSince(sandbox, two.accountId)
  two.shop.webhooks.send('customers/merge', { keptId: two.kept.id, goneId: two.gone.id })
  two.shop.webhooks.send('customers/merge', { keptId: '77', goneId: '78' })
  await two.shop.webhooks.flush()
  await syncToRest(two.domain)
  expect(calls('merge_profiles')).toEqual([])
  expect(await openMerges(two)).toEqual([])
  await expectLaw(sandbox, two)
})

test('a merge under way holds both customers, so that no push interferes with it', async () => {
  const two = await givenTwo()
  const calls = callsSince(sandbox, two.accountId)
  await merge(two)
  const names = calls().map(({ operation }) => operation)
  expect(names[0]).toBe('merge_profiles')
  expect(calls('create_or_update_profile').every(({ status }) => status === 200)).toBe(true)
})
