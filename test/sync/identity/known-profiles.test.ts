import { expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { autocommit } from '#app/store/database.ts'
import { saveRequests } from '#app/store/outbox.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { requestsOf } from '#test/support/requests.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const MANY = 250
const PHONE = '+4915112345678'
const many = (shop: Shop) => shop.customers.createMany(MANY, (i) => ({ email: `c${i}@example.com`, firstName: 'Ada' }))
const one = (shop: Shop) => void shop.customers.create({ email: 'ada@example.com', firstName: 'Ada' })
const accountOf = ({ accountId }: InstalledShop) => sandbox.klaviyo.account(accountId)
const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id

async function klaviyoIdOf({ domain }: InstalledShop, customerId: string): Promise<string | null> {
  const rows = 'select klaviyo_id from profile where shop = $1 and customer_id = $2'
  return (await rowsIn(sandbox.databaseUrl, rows, [domain, customerId]))[0]?.klaviyo_id ?? null
}

/** Another integration, or a person in Klaviyo, creates a profile. */
async function somebodyElseMakes(given: InstalledShop, attributes: Record<string, string>): Promise<string> {
  const answer = await fetch(new URL('/api/profiles', config.klaviyoBaseUrl), {
    method: 'POST',
    headers: {
      authorization: `Klaviyo-API-Key ${given.key}`,
      revision: '2026-07-15',
      'content-type': 'application/vnd.api+json',
    },
    body: JSON.stringify({ data: { type: 'profile', attributes } }),
  })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { data: { id: string } }).data.id
}

async function change(given: InstalledShop, index: number, to: { email?: string; phone?: string; firstName?: string }) {
  await tell(given.domain, given.shop.customers.update(idOf(given, index), to))
  await syncToRest(given.domain)
}

const conflictsOf = async ({ domain }: InstalledShop) =>
  (await listUnsyncedCustomers(domain, { reason: 'other', after: null, limit: 10 })).customers

const omittedOf = async ({ domain }: InstalledShop) =>
  (await listUnsyncedCustomers(domain, { reason: 'omitted', after: null, limit: 10 })).customers

test('after an import every customer’s Klaviyo id is stored', async () => {
  const given = await givenConnectedShop(sandbox, many)

  const rows = await rowsIn(sandbox.databaseUrl, 'select customer_id, klaviyo_id from profile where shop = $1', [
    given.domain,
  ])
  expect(rows).toHaveLength(MANY)
  for (const { customer_id, klaviyo_id } of rows) {
    const email = given.shop.customers.get(customer_id)!.defaultEmailAddress!.emailAddress
    expect(klaviyo_id).toBe(accountOf(given).profileByEmail(email)?.id)
  }
  expect(await requestsOf(sandbox.databaseUrl, given.domain, 'fetch_ids')).toEqual([])
})

test.each([
  ['imported', many],
  ['written by itself', one],
] as const)('a changed address moves the profile that was %s, and makes no second one', async (_how, customers) => {
  const given = await givenConnectedShop(sandbox, customers)
  const before = await klaviyoIdOf(given, idOf(given, 0))
  const size = accountOf(given).size
  await change(given, 0, { email: 'moved@example.com' })

  expect(accountOf(given).profileByEmail('moved@example.com')?.id).toBe(before)
  expect(accountOf(given).size).toBe(size)
  await expectLaw(sandbox, given)
})

test('ids of an import that Klaviyo no longer has are given up', async () => {
  const given = await givenConnectedShop(sandbox, one)
  await saveRequests(
    given.domain,
    'fetch_ids',
    [{ subject: 'unheard-of', payload: { next: null } }],
    clock(),
    autocommit,
  )
  await syncToRest(given.domain)
  expect(await requestsOf(sandbox.databaseUrl, given.domain, 'fetch_ids')).toEqual([])
})

test('an address that belongs to another profile already is a conflict that names both, and overwrites neither', async () => {
  const given = await givenConnectedShop(sandbox, one)
  const other = await somebodyElseMakes(given, { email: 'taken@example.com', first_name: 'Somebody' })
  await change(given, 0, { email: 'taken@example.com' })

  const own = await klaviyoIdOf(given, idOf(given, 0))
  expect(await conflictsOf(given)).toMatchObject([{ code: 'identity_conflict', conflict: { own, other } }])
  expect(accountOf(given).profileById(other)?.attributes.first_name).toBe('Somebody')
  expect(accountOf(given).profileById(own!)?.attributes.email).toBe('ada@example.com')
  expect(await expectLaw(sandbox, given)).toMatchObject({ otherIssues: 1 })
})

test('a phone number that belongs to another profile is left out, and added once that profile no longer has it', async () => {
  const given = await givenConnectedShop(sandbox, one)
  const other = await somebodyElseMakes(given, { email: 'else@example.com', phone_number: PHONE })
  await change(given, 0, { phone: PHONE, firstName: 'Augusta' })

  expect(await omittedOf(given)).toMatchObject([
    { code: null, omitted: [{ field: 'phone_number', reason: 'taken' }], conflict: { other } },
  ])
  expect(accountOf(given).profileById(other)?.attributes).toMatchObject({
    email: 'else@example.com',
    phone_number: PHONE,
  })
  expect(accountOf(given).profileByEmail('ada@example.com')?.attributes).toMatchObject({
    first_name: 'Augusta',
    phone_number: null,
  })
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
  accountOf(given).parts.store.setIdentifier(accountOf(given).profileById(other)!, 'phone_number', null)
  skip(3_600_000)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)

  expect(accountOf(given).profileByEmail('ada@example.com')?.attributes.phone_number).toBe(PHONE)
  expect(await omittedOf(given)).toEqual([])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
})

test('a stored profile that no longer exists is found again by its address, once', async () => {
  const given = await givenConnectedShop(sandbox, one)
  accountOf(given).deleteProfile((await klaviyoIdOf(given, idOf(given, 0)))!)
  const again = await somebodyElseMakes(given, { email: 'ada@example.com' })
  const calls = callsSince(sandbox, given.accountId)
  await change(given, 0, { firstName: 'Augusta' })

  expect(calls('create_or_update_profile').map(({ status }) => status)).toEqual([404, 200])
  expect(await klaviyoIdOf(given, idOf(given, 0))).toBe(again)
  await expectLaw(sandbox, given)
})

test('of an import of known profiles, only those that it failed on are sent again', async () => {
  const given = await givenConnectedShop(sandbox, many)
  sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: ['c0@example.com', 'c1@example.com'], times: 1 })
  const changed = [...given.shop.customers.all()].map(({ id }) => given.shop.customers.update(id, { firstName: 'New' }))
  const calls = callsSince(sandbox, given.accountId)
  await tell(given.domain, ...changed)
  await syncToRest(given.domain)

  expect(calls('create_or_update_profile')).toHaveLength(2)
  await expectLaw(sandbox, given)
})
