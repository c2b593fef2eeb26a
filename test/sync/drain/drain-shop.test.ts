import { expect, test } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import { recordMerge } from '#app/sync/identity/record-merge.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { ask, profileBody } from '#test/sandbox/klaviyo/given-klaviyo.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox()

/** A connected shop with one customer, in sync. */
async function givenAda(fields: Parameters<InstalledShop['shop']['customers']['create']>[0] = {}) {
  let ada = {} as Customer
  const installed = await givenConnectedShop(sandbox, (shop) => {
    ada = shop.customers.create({ email: 'ada@example.com', firstName: 'Ada', ...fields })
  })
  const profile = () => sandbox.klaviyo.account(installed.accountId).profileByEmail('ada@example.com')
  return { ...installed, ada, profile, calls: callsSince(sandbox, installed.accountId) }
}

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const rowsOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select customer_id, state, code, words from profile where shop = $1 order by 1', [
    domain,
  ])
const marksOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select * from dirty_customer where shop = $1 order by customer_id', [domain])

test('many changes of one customer are one call to Klaviyo, with the last of them', async () => {
  const given = await givenAda()
  for (let i = 1; i <= 20; i++)
    await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: `Ada ${i}` }))

  await syncToRest(given.domain)

  expect(given.calls('create_or_update_profile')).toHaveLength(1)
  expect(given.profile()?.attributes.first_name).toBe('Ada 20')
  await expectLaw(sandbox, given)
})

test('a customer whose mapped fields did not change costs no call to Klaviyo', async () => {
  const given = await givenAda()
  await tell(given.domain, given.shop.customers.update(given.ada.id, { verifiedEmail: false }))
  await tellUndated(given.domain, given.ada.id)

  await syncToRest(given.domain)

  expect(given.calls()).toEqual([])
  expect(await marksOf(given)).toEqual([])
})

test('points and tiers reach the profile, although they do not change updated_at', async () => {
  const given = await givenAda({ points: 10, tier: 'Silver' })
  given.shop.customers.setLoyalty(given.ada.id, { points: 250, tier: 'Gold' })
  await tellUndated(given.domain, given.ada.id)

  await syncToRest(given.domain)

  expect(given.profile()?.attributes.properties).toMatchObject({ loyalty_points: 250, loyalty_tier: 'Gold' })
})

test('what is removed in Shopify is removed in Klaviyo: a tier, points, a name, a phone number, an address', async () => {
  const address = {
    address1: '1 Main St',
    address2: null,
    city: 'Berlin',
    province: null,
    provinceCode: null,
    zip: '10115',
    country: 'Germany',
    countryCodeV2: 'DE',
    company: null,
    phone: null,
    timeZone: null,
  }
  const given = await givenAda({
    lastName: 'Lovelace',
    phone: '+493012345678',
    points: 10,
    tier: 'Gold',
    defaultAddress: address,
  })
  expect(given.profile()?.attributes).toMatchObject({ phone_number: '+493012345678', location: { city: 'Berlin' } })

  given.shop.customers.setLoyalty(given.ada.id, { points: null, tier: null })
  await tell(
    given.domain,
    given.shop.customers.update(given.ada.id, {
      lastName: null,
      phone: null,
      defaultAddress: { ...address, zip: null },
    }),
  )
  await syncToRest(given.domain)

  const attributes = given.profile()!.attributes
  expect(attributes).toMatchObject({
    last_name: null,
    phone_number: null,
    first_name: 'Ada',
    location: { city: 'Berlin', zip: null },
  })
  expect(Object.keys(attributes.properties)).not.toContain('loyalty_tier')
  expect(Object.keys(attributes.properties)).not.toContain('loyalty_points')

  await tell(given.domain, given.shop.customers.update(given.ada.id, { defaultAddress: null }))
  await syncToRest(given.domain)
  expect(Object.values(given.profile()!.attributes.location ?? {})).toEqual(Array(4).fill(null))
  await expectLaw(sandbox, given)
})

test('what another integration wrote to the profile stays, whatever else is cleared', async () => {
  const given = await givenAda({ tier: 'Gold' })
  const others = {
    email: 'ada@example.com',
    last_name: 'Byron',
    title: 'Countess',
    location: { city: 'London' },
    properties: { favourite: 'tea' },
  }
  await ask(sandbox.klaviyo, 'POST /api/profile-import', profileBody(others), { key: given.key })

  given.shop.customers.setLoyalty(given.ada.id, { tier: null })
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'Augusta' }))
  await syncToRest(given.domain)

  const attributes = given.profile()!.attributes
  expect(attributes).toMatchObject({
    first_name: 'Augusta',
    last_name: 'Byron',
    title: 'Countess',
    location: { city: 'London' },
  })
  expect(attributes.properties.favourite).toBe('tea')
  expect(Object.keys(attributes.properties)).not.toContain('loyalty_tier')
})

test('a customer without a usable address is excluded by name, and is sent automatically once it has one', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => void shop.customers.create({ phone: '+493012345678' }))
  const [customer] = given.shop.customers.all()
  expect(await rowsOf(given)).toMatchObject([{ state: 'excluded', code: 'no_email' }])

  await tell(given.domain, given.shop.customers.update(customer!.id, { email: 'new@example.com' }))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1, noEmail: 0 })

  await tell(given.domain, given.shop.customers.update(customer!.id, { email: null }))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 0, noEmail: 1 })

  await tell(given.domain, given.shop.customers.update(customer!.id, { email: 'new@example.com' }))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1, noEmail: 0 })
})

test.each([
  ['that no mail system takes', 'ada@@example', null],
  ['that only Klaviyo refuses', 'refused-ada@example.com', 'Invalid email address'],
])('an address %s is an issue, and goes out by itself once it is corrected', async (_which, email, words) => {
  const given = await givenAda()
  await tell(given.domain, given.shop.customers.update(given.ada.id, { email }))
  await syncToRest(given.domain)
  expect(await rowsOf(given)).toEqual([{ customer_id: given.ada.id, state: 'issue', code: 'invalid_email', words }])
  expect(given.calls().length > 0).toBe(words !== null)

  await tell(
    given.domain,
    given.shop.customers.update(given.ada.id, { email: 'ada@example.com', lastName: 'Lovelace' }),
  )
  await syncToRest(given.domain)
  expect(await rowsOf(given)).toMatchObject([{ state: 'synced', code: null, words: null }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
})

test('an invalid phone number is dropped, not the customer', async () => {
  const given = await givenAda({ phone: '+4912' })
  expect(given.profile()?.attributes.phone_number).toBeNull()
  await tell(given.domain, given.shop.customers.update(given.ada.id, { phone: 'call me' }))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
})

test('a new address changes the profile, and creates no second one', async () => {
  const given = await givenAda()
  await tell(given.domain, given.shop.customers.update(given.ada.id, { email: 'countess@example.com' }))
  await syncToRest(given.domain)

  const account = sandbox.klaviyo.account(given.accountId)
  expect(account.size).toBe(1)
  expect(account.profileByEmail('countess@example.com')).toBeDefined()
  await expectLaw(sandbox, given)
})

test('a profile that was deleted in Klaviyo is created again when its customer changes', async () => {
  const given = await givenAda()
  sandbox.klaviyo.account(given.accountId).deleteProfile(given.profile()!.id)
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'Augusta' }))
  await syncToRest(given.domain)
  expect(given.profile()?.attributes.first_name).toBe('Augusta')
  await expectLaw(sandbox, given)
})

test('of two customers with one phone number, the second is synced without it, and says so', async () => {
  const given = await givenAda({ phone: '+493012345678' })
  const ben = given.shop.customers.create({ email: 'ben@example.com' })
  await tell(given.domain, ben)
  await syncToRest(given.domain)

  await tell(given.domain, given.shop.customers.update(ben.id, { phone: '+493012345678' }))
  await syncToRest(given.domain)

  expect(await rowsOf(given)).toMatchObject([
    { customer_id: given.ada.id, state: 'synced' },
    {
      customer_id: ben.id,
      state: 'synced',
    },
  ])
  const omitted = 'select omitted from profile where shop = $1 and customer_id = $2'
  expect(await rowsIn(sandbox.databaseUrl, omitted, [given.domain, ben.id])).toMatchObject([
    { omitted: [{ field: 'phone_number', reason: 'taken' }] },
  ])
  await expectLaw(sandbox, given)
})

test('of a deleted customer nothing is stored except which profile it had', async () => {
  const given = await givenAda()
  given.shop.customers.remove(given.ada.id)
  await tellUndated(given.domain, given.ada.id)
  await syncToRest(given.domain)
  expect(await rowsOf(given)).toMatchObject([{ state: 'gone' }])
  expect(await marksOf(given)).toEqual([])
  await expectLaw(sandbox, given)
})

test('a customer that a webhook names and Shopify does not show is read again before it counts as deleted', async () => {
  const given = await givenAda()
  const ada = given.shop.customers.update(given.ada.id, { firstName: 'Augusta' })
  given.shop.customers.remove(ada.id)
  const reads = sandbox.shopify.log.of('CustomersByIds').length
  await tell(given.domain, ada)

  await syncOneTurn(given)
  expect(await rowsOf(given)).toMatchObject([{ state: 'synced' }])
  await syncToRest(given.domain)
  expect(await rowsOf(given)).toMatchObject([{ state: 'gone' }])
  expect(sandbox.shopify.log.of('CustomersByIds').length - reads).toBeGreaterThanOrEqual(3)
})

test('a read that is older than the webhook reported is not sent, but repeated shortly after', async () => {
  const given = await givenAda({ updatedAt: '2026-01-01T00:00:00Z' })
  sandbox.shopify.faults.cause({ kind: 'stale-reads', reads: 2 })
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'Augusta' }))

  await syncOneTurn(given)
  expect(given.calls()).toEqual([])
  expect(await marksOf(given)).toMatchObject([{ customer_id: given.ada.id, attempt: 1, lease: null }])

  await syncToRest(given.domain)
  expect(given.calls('create_or_update_profile')).toHaveLength(1)
  expect(given.profile()?.attributes.first_name).toBe('Augusta')
})

test('a stale read of points, which cannot be recognized, is corrected by one more read', async () => {
  const given = await givenAda({ points: 10 })
  sandbox.shopify.faults.cause({ kind: 'stale-reads', reads: 1, changes: ['metafield'] })
  given.shop.customers.setLoyalty(given.ada.id, { points: 11 })
  await tellUndated(given.domain, given.ada.id)

  await syncToRest(given.domain)

  expect(given.profile()?.attributes.properties.loyalty_points).toBe(11)
  await expectLaw(sandbox, given)
})

test('a customer that Shopify cannot show completely does not count as deleted: it is read again, and is in sync in the end', async () => {
  const given = await givenAda({ updatedAt: '2026-01-01T00:00:00Z' })
  sandbox.shopify.faults.cause({ kind: 'field-failed', fields: ['Customer.tags'], times: 2 })
  await tellUndated(given.domain, given.ada.id)
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'Augusta' }))

  await syncOneTurn(given)
  expect(await rowsOf(given)).toMatchObject([{ customer_id: given.ada.id, state: 'synced' }])
  expect(given.calls()).toEqual([])

  await syncToRest(given.domain)
  expect(given.profile()?.attributes.first_name).toBe('Augusta')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
})

test('a replica that never catches up ends in an issue with its name, not in a loop', async () => {
  const given = await givenAda({ updatedAt: '2026-01-01T00:00:00Z' })
  sandbox.shopify.faults.cause({ kind: 'stale-reads', reads: 1_000 })
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'Augusta' }))
  await syncToRest(given.domain)

  expect(await rowsOf(given)).toMatchObject([{ state: 'issue', code: 'shopify_stale' }])
  expect(given.calls()).toEqual([])
})

test('Shopify’s allowance is respected: what exceeds it now is read later, and no attempt is used up', async () => {
  const given = await givenConnectedShop(sandbox)
  const customers = Array.from({ length: 200 }, (_, i) => given.shop.customers.create({ email: `c${i}@example.com` }))
  sandbox.shopify.faults.cause({ kind: 'throttled', times: 3, operation: 'CustomersByIds' })
  await tell(given.domain, ...customers)

  await syncOneTurn(given)
  expect(new Set((await marksOf(given)).map((mark) => mark.attempt))).toEqual(new Set([0]))
  expect((await marksOf(given))[0].not_before.getTime()).toBeGreaterThan(Date.now())
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 200 })
})

test.each([
  ['answers 503', { kind: 'status', status: 503, times: 2 }],
  ['answers with a gateway’s page', { kind: 'status', status: 502, html: true, times: 2 }],
  ['answers 429', { kind: 'too-many-requests', retryAfterSeconds: 2, times: 2 }],
  ['hangs up', { kind: 'reset', when: 'after', times: 2 }],
] as const)('while Shopify %s, marks wait, and go out afterwards', async (_what, fault) => {
  const given = await givenAda()
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'Augusta' }))
  sandbox.shopify.faults.cause(fault)

  await syncOneTurn(given)
  expect(given.calls()).toEqual([])
  expect(await marksOf(given)).toMatchObject([{ attempt: 0, lease: null }])
  await syncToRest(given.domain)
  expect(given.profile()?.attributes.first_name).toBe('Augusta')
})

test('without a token, marks wait until the merchant opens the app', async () => {
  const given = await givenAda()
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [given.domain])
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'Augusta' }))

  const next = await syncOneTurn(given)

  expect(await marksOf(given)).toMatchObject([{ attempt: 0, lease: null }])
  expect(next!.getTime()).toBeGreaterThan(Date.now() + 30_000)
  expect(given.calls()).toEqual([])
})

test('after a merge there is one customer with the values of both', async () => {
  const given = await givenAda({ points: 10 })
  const ben = given.shop.customers.create({ email: 'ben@example.com', lastName: 'Byron', tags: ['vip'] })
  await tell(given.domain, ben)
  await syncToRest(given.domain)

  given.shop.customers.merge(given.ada.id, ben.id)
  const merge = { goneId: customerNumber.parse(ben.id), keptId: customerNumber.parse(given.ada.id) }
  await recordMerge(given.domain, merge, new Date())
  await tellUndated(given.domain, given.ada.id, ben.id)
  await syncToRest(given.domain)

  expect(given.profile()?.attributes).toMatchObject({ last_name: 'Byron', properties: { shopify_tags: ['vip'] } })
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: 1, synced: 1 })
})
