import { expect, test } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { CustomerEdits } from '#test/sandbox/shopify/customers/edited-customer.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'
import { address } from '#test/sync/audience/given-audience-shop.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const PHONE = '+4915112345678'
const OTHER_PHONE = '+4915112345679'

const accountOf = ({ accountId }: InstalledShop) => sandbox.klaviyo.account(accountId)

/** Every profile, by the customer that it names. */
const profilesOf = (given: InstalledShop) =>
  [...accountOf(given).profiles()]
    .map(({ attributes: { email, phone_number, first_name, properties } }) => ({
      email,
      phone_number,
      first_name,
      customer: properties.shopify_customer_id ?? null,
    }))
    .sort((a, b) => String(a.email).localeCompare(String(b.email)))

async function fullSync(given: InstalledShop): Promise<void> {
  skip(3_600_000)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)
}

/** No two customers of the shop have one profile, each profile is as the law says, and another full sync finds nothing else. */
async function expectOneEach(given: InstalledShop): Promise<void> {
  await expectLaw(sandbox, given)
  const before = profilesOf(given)
  await fullSync(given)
  await expectLaw(sandbox, given)
  expect(profilesOf(given)).toEqual(before)
  const ids = await rowsIn(
    sandbox.databaseUrl,
    'select klaviyo_id from profile where shop = $1 and klaviyo_id is not null',
    [given.domain],
  )
  expect(new Set(ids.map((row) => row.klaviyo_id)).size).toBe(ids.length)
}

interface Trade {
  readonly given: InstalledShop
  readonly a: Customer
  readonly b: Customer
  readonly edit: (customer: Customer, edits: CustomerEdits) => Promise<void>
  readonly rest: () => Promise<void>
}

async function givenTwo(aFields: CustomerEdits, bFields: CustomerEdits): Promise<Trade> {
  let a!: Customer
  let b!: Customer
  const given = await givenConnectedShop(sandbox, (shop: Shop) => {
    a = shop.customers.create({ firstName: 'Ada', ...aFields })
    b = shop.customers.create({ firstName: 'Ben', ...bFields })
  })
  const rest = () => syncToRest(given.domain)
  return {
    given,
    a,
    b,
    rest,
    edit: async (customer, edits) => tell(given.domain, given.shop.customers.update(customer.id, edits)),
  }
}

test('a phone number that moves to a new customer, reported before the former one, ends with both customers in a profile of their own', async () => {
  let ada!: Customer
  const given = await givenConnectedShop(sandbox, (shop) => {
    ada = shop.customers.create({ email: 'a@example.com', phone: PHONE })
  })
  const freed = given.shop.customers.update(ada.id, { phone: null })
  const ben = given.shop.customers.create({ email: 'b@example.com', phone: PHONE })
  await tell(given.domain, ben)
  await syncToRest(given.domain)
  await tell(given.domain, freed)
  await syncToRest(given.domain)

  expect(profilesOf(given)).toMatchObject([
    { email: 'a@example.com', phone_number: null, customer: ada.id },
    { email: 'b@example.com', phone_number: PHONE, customer: ben.id },
  ])
  await expectOneEach(given)
})

test('two spellings of one number in a first full sync are one number: one profile has it, the other does not', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(98, (i) => ({ email: `c${i}@example.com` }))
  const defaultAddress = address('IN')
  given.shop.customers.create({ email: 'first@example.com', phone: '+917032500001', defaultAddress })
  given.shop.customers.create({ email: 'second@example.com', phone: '7032500001', defaultAddress })
  expect(await connectKlaviyo(given.domain, given.key, clock())).toMatchObject({ kind: 'connected' })
  await syncToRest(given.domain)

  expect(accountOf(given).size).toBe(100)
  const numbers = profilesOf(given).filter(
    ({ email }) => email === 'first@example.com' || email === 'second@example.com',
  )
  expect(numbers.map(({ phone_number }) => phone_number).sort()).toEqual(['+917032500001', null])
  const without = `select omitted from profile where shop = $1 and omitted is not null`
  expect(await rowsIn(sandbox.databaseUrl, without, [given.domain])).toMatchObject([
    { omitted: [{ field: 'phone_number', reason: 'taken' }] },
  ])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 100 })
  await expectOneEach(given)
})

test('another person’s profile is not taken over through a shared phone number', async () => {
  const given = await givenConnectedShop(sandbox)
  const stranger = accountOf(given).parts.store.create(Date.now(), 'others')
  accountOf(given).parts.store.setIdentifier(stranger, 'email', 'spouse@example.com')
  accountOf(given).parts.store.setIdentifier(stranger, 'phone_number', PHONE)
  stranger.attributes.properties.vip = true
  await tell(given.domain, given.shop.customers.create({ email: 'b@example.com', phone: PHONE }))
  await syncToRest(given.domain)

  expect(profilesOf(given)).toMatchObject([
    { email: 'b@example.com', phone_number: null },
    { email: 'spouse@example.com', phone_number: PHONE, customer: null },
  ])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
})

test.each([
  ['the one who gets it first', ['b', 'a']],
  ['the one who gives it first', ['a', 'b']],
] as const)(
  'a phone number that moves between two customers ends with the one that has it, reported %s',
  async (_how, order) => {
    const two = await givenTwo({ email: 'a@example.com', phone: PHONE }, { email: 'b@example.com' })
    const changed = {
      a: two.given.shop.customers.update(two.a.id, { phone: null }),
      b: two.given.shop.customers.update(two.b.id, { phone: PHONE }),
    }
    for (const who of order) {
      await tell(two.given.domain, changed[who])
      await two.rest()
    }
    expect(profilesOf(two.given)).toMatchObject([
      { email: 'a@example.com', phone_number: null },
      { email: 'b@example.com', phone_number: PHONE },
    ])
    await expectOneEach(two.given)
  },
)

test('two customers that swap phone numbers have each other’s in the end', async () => {
  const two = await givenTwo({ email: 'a@example.com', phone: PHONE }, { email: 'b@example.com', phone: OTHER_PHONE })
  two.given.shop.customers.update(two.a.id, { phone: null })
  const b = two.given.shop.customers.update(two.b.id, { phone: PHONE })
  const a = two.given.shop.customers.update(two.a.id, { phone: OTHER_PHONE })
  await tell(two.given.domain, a, b)
  await two.rest()

  expect(profilesOf(two.given)).toMatchObject([
    { email: 'a@example.com', phone_number: OTHER_PHONE },
    { email: 'b@example.com', phone_number: PHONE },
  ])
  await expectOneEach(two.given)
})

test.each(['together', 'one after the other'])(
  'two customers that swap their addresses have each other’s in the end, reported %s',
  async (how) => {
    const two = await givenTwo({ email: 'a@example.com' }, { email: 'b@example.com' })
    two.given.shop.customers.update(two.a.id, { email: 'c@example.com' })
    const b = two.given.shop.customers.update(two.b.id, { email: 'a@example.com' })
    const a = two.given.shop.customers.update(two.a.id, { email: 'b@example.com' })
    await tell(two.given.domain, a)
    if (how !== 'together') await two.rest()
    await tell(two.given.domain, b)
    await two.rest()

    expect(profilesOf(two.given)).toMatchObject([
      { email: 'a@example.com', first_name: 'Ben', customer: two.b.id },
      { email: 'b@example.com', first_name: 'Ada', customer: two.a.id },
    ])
    await expectOneEach(two.given)
  },
)

test('an address that an import changes is free for the customer that waits for it, before the next night', async () => {
  const two = await givenTwo({ email: 'a@example.com' }, { email: 'b@example.com' })
  const { customers } = two.given.shop
  const others = Array.from({ length: 60 }, (_, i) =>
    customers.create({ email: `n${i}@example.com`, firstName: 'Old' }),
  )
  await tell(two.given.domain, ...others)
  await two.rest()
  const stuck = sandbox.klaviyo.faults.add({ kind: 'slowJob', ms: 60_000 })
  const moved = customers.update(two.a.id, { email: 'moved@example.com' })
  const changed = others.map(({ id }) => customers.update(id, { firstName: 'New' }))
  await tell(two.given.domain, moved, ...changed)
  await syncShop(two.given.domain, { clock, signal: AbortSignal.timeout(20_000) })
  expect(stuck.struck, 'the address is on its way, by an import').toBe(1)
  await tell(two.given.domain, customers.update(two.b.id, { email: 'a@example.com' }))
  await syncShop(two.given.domain, { clock, signal: AbortSignal.timeout(20_000) })
  const query = 'select code from profile where shop = $1 and customer_id = $2'
  expect(await rowsIn(sandbox.databaseUrl, query, [two.given.domain, two.b.id])).toEqual([
    { code: 'identity_conflict' },
  ])
  await two.rest()

  expect(profilesOf(two.given).filter(({ email }) => !email?.startsWith('n'))).toMatchObject([
    { email: 'a@example.com', first_name: 'Ben', customer: two.b.id },
    { email: 'moved@example.com', first_name: 'Ada', customer: two.a.id },
  ])
  await expectOneEach(two.given)
})

test('three addresses that are swapped in a cycle end with each in one profile', async () => {
  const two = await givenTwo({ email: 'a@example.com' }, { email: 'b@example.com' })
  const c = two.given.shop.customers.create({ email: 'c@example.com', firstName: 'Cy' })
  await tell(two.given.domain, c)
  await two.rest()
  const { customers } = two.given.shop
  customers.update(two.a.id, { email: 'aside@example.com' })
  const movedC = customers.update(c.id, { email: 'a@example.com' })
  const movedB = customers.update(two.b.id, { email: 'c@example.com' })
  const movedA = customers.update(two.a.id, { email: 'b@example.com' })
  await tell(two.given.domain, movedA, movedB, movedC)
  await two.rest()

  expect(profilesOf(two.given)).toMatchObject([
    { email: 'a@example.com', first_name: 'Cy' },
    { email: 'b@example.com', first_name: 'Ada' },
    { email: 'c@example.com', first_name: 'Ben' },
  ])
  await expectOneEach(two.given)
})

test('an address that a customer loses goes to a new customer, and the first gets a profile of its own with the next address', async () => {
  const two = await givenTwo(
    { email: 'a@example.com', phone: PHONE },
    {
      email: 'b@example.com',
    },
  )
  await two.edit(two.a, { email: null })
  await two.rest()
  const newcomer = two.given.shop.customers.create({ email: 'a@example.com' })
  await tell(two.given.domain, newcomer)
  await two.rest()
  expect(profilesOf(two.given)).toMatchObject([
    { email: 'a@example.com', first_name: null, phone_number: null, customer: newcomer.id },
    { email: 'b@example.com' },
  ])
  await two.edit(two.a, { email: 'again@example.com' })
  await two.rest()

  expect(profilesOf(two.given)).toMatchObject([
    { email: 'a@example.com', customer: newcomer.id },
    { email: 'again@example.com', first_name: 'Ada', phone_number: PHONE, customer: two.a.id },
    { email: 'b@example.com' },
  ])
  await expectOneEach(two.given)
})

test('an address handed over within a second ends right, although only the new customer is reported at first', async () => {
  const two = await givenTwo({ email: 'a@example.com' }, { email: 'b@example.com' })
  const moved = two.given.shop.customers.update(two.a.id, { email: 'moved@example.com' })
  const newcomer = two.given.shop.customers.create({ email: 'a@example.com', firstName: 'New' })
  await tell(two.given.domain, newcomer)
  await two.rest()
  await tell(two.given.domain, moved)
  await two.rest()

  expect(profilesOf(two.given)).toMatchObject([
    { email: 'a@example.com', first_name: 'New', customer: newcomer.id },
    { email: 'b@example.com' },
    { email: 'moved@example.com', first_name: 'Ada', customer: two.a.id },
  ])
  await expectOneEach(two.given)
})

test('a customer that takes the address of a deleted customer gets that profile, into which its own is merged', async () => {
  const two = await givenTwo({ email: 'a@example.com', phone: PHONE }, { email: 'b@example.com' })
  two.given.shop.customers.remove(two.a.id)
  await tellUndated(two.given.domain, two.a.id)
  await two.rest()
  await two.edit(two.b, { email: 'a@example.com' })
  await two.rest()

  expect(profilesOf(two.given)).toMatchObject([
    { email: 'a@example.com', first_name: 'Ben', phone_number: null, customer: two.b.id },
  ])
  await expectOneEach(two.given)
})

test.each(['by one push', 'by an import'])(
  'a customer deleted and created again with the same address inherits nothing, sent %s',
  async (how) => {
    const two = await givenTwo(
      { email: 'a@example.com', phone: PHONE, lastName: 'Lovelace' },
      { email: 'b@example.com' },
    )
    two.given.shop.customers.remove(two.a.id)
    await tellUndated(two.given.domain, two.a.id)
    await two.rest()
    const anew = two.given.shop.customers.create({ email: 'a@example.com' })
    await tell(two.given.domain, anew)
    if (how === 'by an import')
      for (let i = 0; i < 60; i++)
        await tell(two.given.domain, two.given.shop.customers.create({ email: `n${i}@example.com` }))
    await two.rest()

    const profile = accountOf(two.given).profileByEmail('a@example.com')
    expect(profile?.attributes).toMatchObject({ first_name: null, last_name: null, phone_number: null })
    await expectOneEach(two.given)
  },
)

test('an address changed before the ids of an import are fetched leaves one profile', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(200, (i) => ({ email: `c${i}@example.com`, firstName: 'Ada' }))
  sandbox.klaviyo.faults.add({
    kind: 'status',
    status: 503,
    operations: ['get_profiles_for_bulk_import_profiles_job'],
  })
  await connectKlaviyo(given.domain, given.key, clock())
  const first = given.shop.customers.ascending()[0]!
  await syncUntilIdsAreAwaited(given)
  const unknown = 'select 1 from profile where shop = $1 and klaviyo_id is null'
  expect(await rowsIn(sandbox.databaseUrl, unknown, [given.domain]), 'no id is fetched yet').toHaveLength(200)
  await tell(given.domain, given.shop.customers.update(first.id, { email: 'moved@example.com', firstName: null }))
  await syncUntilIdsAreAwaited(given)
  sandbox.klaviyo.faults.clear()
  await syncToRest(given.domain)

  expect(accountOf(given).size).toBe(200)
  expect(profilesOf(given).filter(({ customer }) => customer === first.id)).toMatchObject([
    { email: 'moved@example.com', first_name: null },
  ])
  await expectOneEach(given)
})

async function syncUntilIdsAreAwaited({ domain }: InstalledShop): Promise<void> {
  for (let turns = 0; turns < 60; turns++) {
    const next = await syncShop(domain, { clock, signal: AbortSignal.timeout(20_000) })
    const [row] = await rowsIn(
      sandbox.databaseUrl,
      `select (select count(*) from dirty_customer where shop = $1)::int + (select count(*) from outbox where shop = $1 and kind in ('import', 'run_import'))::int
        + (select count(*) from sync_run where shop = $1 and finished_at is null)::int as open`,
      [domain],
    )
    if (row.open === 0) return
    if (next) skip(next.getTime() - Date.now())
  }
  throw new Error('still open')
}
