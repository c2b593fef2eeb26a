import { expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { transaction } from '#app/store/database.ts'
import { saveIntendedPushes } from '#app/store/intended-pushes.ts'
import { dropUnaskedIdentifiers } from '#app/store/tombstones.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { redactCustomer } from '#app/sync/privacy/privacy-webhooks.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { waitingForLock } from '#test/support/lock-waits.ts'
import { requestsOf } from '#test/support/requests.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { switchOff } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

const DAY_MS = 24 * 60 * 60_000
const accountOf = ({ accountId }: InstalledShop) => sandbox.klaviyo.account(accountId)
const addressesIn = (given: InstalledShop) =>
  [...accountOf(given).profiles()].map(({ attributes }) => attributes.email ?? attributes.phone_number).sort()
const write = (given: InstalledShop, attributes: object, id?: string) =>
  fetch(new URL('/api/profile-import', config.klaviyoBaseUrl), {
    method: 'POST',
    headers: {
      authorization: `Klaviyo-API-Key ${given.key}`,
      revision: '2026-07-15',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ data: { type: 'profile', ...(id && { id }), attributes } }),
  })

async function givenAda(...others: object[]) {
  const given = await givenConnectedShop(sandbox, (shop) => {
    for (const values of [{ email: 'ada@example.com', firstName: 'Ada' }, ...others]) shop.customers.create(values)
  })
  const [ada, ...rest] = given.shop.customers.ascending()
  return { ...given, ada: ada!, rest }
}

async function redact({ shop, domain }: InstalledShop, customer: Customer): Promise<void> {
  shop.customers.remove(customer.id)
  shop.webhooks.send('customers/redact', customer)
  await shop.webhooks.flush()
  await syncToRest(domain)
}

const sealedOf = ({ domain }: InstalledShop) => requestsOf(sandbox.databaseUrl, domain, 'erase')

test('an erased customer’s profile that still has the address before the last change is deleted, not only the one that the new address finds', async () => {
  const given = await givenAda()
  await write(given, { email: 'new@example.com' }) // signed up to a newsletter
  const changed = given.shop.customers.update(given.ada.id, { email: 'new@example.com' })
  await redact(given, changed)
  expect(addressesIn(given)).toEqual([])
  expect(await sealedOf(given)).toEqual([])
})

test('so is one that an import created, even if its id was not fetched before the address changed', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  for (let turns = 0; accountOf(given).size < 60 && turns < 50; turns++) {
    await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000), sliceMs: 1 })
    skip(200)
  }
  const moved = given.shop.customers.update(given.shop.customers.ascending()[5]!.id, { email: 'moved@example.com' })
  await redact(given, moved)
  expect(addressesIn(given)).not.toContain('c5@example.com')
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: 59, synced: 59 })
})

test('for a profile that Klaviyo has merged into another, deletion is requested again, by its address (case 34)', async () => {
  const given = await givenAda()
  await write(given, { phone_number: '+493012345678' })
  const account = accountOf(given)
  account.mergeProfiles(
    account.profileByEmail('ada@example.com')!.id,
    account.profileBy('phone_number', '+493012345678')!.id,
  )
  await redact(given, given.ada)
  expect(addressesIn(given)).toEqual([])
})

test('a customer that has registered the same address since keeps the profile', async () => {
  const given = await givenAda()
  given.shop.customers.remove(given.ada.id)
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com', firstName: 'Anew' }))
  await syncToRest(given.domain)
  given.shop.webhooks.send('customers/redact', given.ada)
  await given.shop.webhooks.flush()
  await syncToRest(given.domain)
  expect(accountOf(given).profileByEmail('ada@example.com')?.attributes.first_name).toBe('Anew')
  await expectLaw(sandbox, given)
})

test('so does a customer that is sent into the profile while Klaviyo is still deleting it', async () => {
  const given = await givenAda()
  given.shop.customers.remove(given.ada.id)
  const anew = given.shop.customers.create({ email: 'ada@example.com', firstName: 'Anew' })
  given.shop.webhooks.send('customers/redact', given.ada)
  await given.shop.webhooks.flush()
  await tell(given.domain, anew)
  await syncToRest(given.domain)
  skip(60_000)
  await syncToRest(given.domain)
  expect(accountOf(given).profileByEmail('ada@example.com')?.attributes.first_name).toBe('Anew')
  await expectLaw(sandbox, given)
})

test('a profile that two customers came to share by a fault stays with the other one (case 4)', async () => {
  const given = await givenAda({ email: 'ben@example.com' })
  const ben = given.rest[0]!
  const id = accountOf(given).profileByEmail('ada@example.com')!.id
  // Klaviyo merged one into the other, and both rows name it.
  accountOf(given).mergeProfiles(accountOf(given).profileByEmail('ben@example.com')!.id, id)
  await redact(given, ben)
  expect(addressesIn(given)).toEqual(['ada@example.com'])
})

test('a phone number that another customer also has erases no other customer', async () => {
  const given = await givenAda()
  await write(given, { email: 'household@example.com', phone_number: '+493012345678' })
  await redact(given, given.shop.customers.create({ phone: '+493012345678' }))
  expect(addressesIn(given)).toEqual(['ada@example.com', 'household@example.com'])
})

test('an erasure that is requested while disconnected is carried out after connecting, in that account', async () => {
  const given = await givenAda()
  await disconnectKlaviyo(given.domain, clock())
  await redact(given, given.ada)
  expect(addressesIn(given)).toEqual(['ada@example.com'])
  expect(await sealedOf(given)).toHaveLength(1)

  await connectKlaviyo(given.domain, given.key, clock())
  await syncToRest(given.domain)
  expect(addressesIn(given)).toEqual([])
  expect(await sealedOf(given)).toEqual([])
})

test('so is one in a shop that was never connected before, and while the integration is off', async () => {
  const given = await givenInstalledShop(sandbox)
  const ada = given.shop.customers.create({ email: 'ada@example.com' })
  await write(given, { email: 'ada@example.com' })
  await redact(given, ada)
  await connectKlaviyo(given.domain, given.key, clock())
  await switchOff(given)
  await syncToRest(given.domain)
  expect(addressesIn(given)).toEqual([])
})

test('the identifiers of an erased customer are kept for thirty days while Klaviyo cannot be asked, and as long as it takes while it can', async () => {
  const [given, connected] = [await givenAda(), await givenAda()]
  await disconnectKlaviyo(given.domain, clock())
  await redact(given, given.ada)
  await redactCustomer(
    connected.domain,
    { customerId: connected.ada.id as CustomerId, email: 'ada@example.com', phone: null },
    clock(),
  )
  await dropUnaskedIdentifiers({ now: new Date(), before: new Date(Date.now() - 1_000), limit: 100 })
  expect(await sealedOf(given)).toHaveLength(1)
  skip(30 * DAY_MS)
  await dropUnaskedIdentifiers({ now: new Date(), before: new Date(Date.now() - 1_000), limit: 100 })
  expect([await sealedOf(given), (await sealedOf(connected)).length]).toEqual([[], 1])
})

test('an erasure that comes while a push is being saved leaves no row', async () => {
  const given = await givenAda()
  const customerId = given.ada.id as CustomerId
  await rowsIn(sandbox.databaseUrl, 'delete from profile where shop = $1', [given.domain])
  let redaction: Promise<void> | null = null
  await transaction(async (on) => {
    await saveIntendedPushes(given.domain, [{ customerId, mayCarry: ['email'] }], clock(), on)
    redaction = redactCustomer(given.domain, { customerId, email: 'ada@example.com', phone: null }, clock())
    await Promise.race([redaction, waitingForLock(sandbox.databaseUrl)])
  })
  await redaction
  expect(await rowsIn(sandbox.databaseUrl, 'select state from profile where shop = $1', [given.domain])).toEqual([])
})

test('a profile that was pushed just before, and that Klaviyo does not show yet, is not missed', async () => {
  const given = await givenAda()
  sandbox.klaviyo.faults.add({ kind: 'lag', ms: 20_000 })
  const late = given.shop.customers.create({ email: 'late@example.com' })
  await tell(given.domain, late)
  while (!accountOf(given).profileByEmail('late@example.com')) {
    await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000), sliceMs: 1 })
  }
  await redact(given, late)
  expect(addressesIn(given)).toEqual(['ada@example.com'])
})

test('a deletion that Klaviyo has accepted and not carried out is requested again', async () => {
  const given = await givenAda()
  sandbox.klaviyo.faults.add({ kind: 'neverDone', operations: ['request_profile_deletion'], times: 1 })
  const calls = callsSince(sandbox, given.accountId)
  await redact(given, given.ada)
  expect(calls('request_profile_deletion')).toHaveLength(2)
  expect(addressesIn(given)).toEqual([])
})
